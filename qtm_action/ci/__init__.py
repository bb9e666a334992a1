"""The CI platforms: how each masks secrets, groups and annotates the log, and hands on outputs."""
