#!/usr/bin/env python3
"""The image's entrypoint; everything it does is in :mod:`qtm_action.cli`."""

from qtm_action.cli import run

if __name__ == "__main__":
    run()
