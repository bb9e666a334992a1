"""Result files: patterns, readers of the six formats, and the archive.

The story: :mod:`collecting` finds and checks the files of one import, :mod:`archive.payload` makes the
file that is uploaded or lists what would be in it.
"""
