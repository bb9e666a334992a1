"""Result files: patterns, readers of the six formats, and the archive.

The story: :func:`collect` finds and checks the files of one import, :func:`pack` makes the file that is
uploaded, :func:`listing` lists what would be in it.
"""

from qtm_action.results.archive.payload import listing, pack
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import Selection

__all__ = ["Selection", "collect", "listing", "pack"]
