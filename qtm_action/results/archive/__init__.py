"""The archive: result files compressed in one order into the same bytes every time."""
