"""``python -m qtm_action``."""

from qtm_action.cli import run

if __name__ == "__main__":
    run()
