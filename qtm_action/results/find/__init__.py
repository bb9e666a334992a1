"""Finding result files: patterns, one walk, and why a pattern matched nothing."""
