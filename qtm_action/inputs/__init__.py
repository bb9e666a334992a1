"""The inputs: declared in one table, read from command line and environment into Settings."""
