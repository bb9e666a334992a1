"""Result files: patterns, readers of the six formats, and the archive."""
