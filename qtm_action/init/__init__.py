"""``qtm-action init``: what a workspace holds, turned into an import spec and the step of a pipeline.

The story: :mod:`detect` looks for result files and build files, :mod:`grouping` finds the patterns that a
person would write for them, :mod:`render` writes the spec, :mod:`pipelines` knows the CI systems and their
steps. :mod:`frameworks` is the table of what writes which report where.
"""
