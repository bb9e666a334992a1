#!/usr/bin/env python3
"""The image's entrypoint; everything it does is in :mod:`qtm_action.cli`."""

import sys

from qtm_action.cli import main

if __name__ == "__main__":
    sys.exit(main())
