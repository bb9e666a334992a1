"""``python -m qtm_action``."""

import sys

from qtm_action.cli import main

if __name__ == "__main__":
    sys.exit(main())
