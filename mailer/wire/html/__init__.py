"""HTML mail as lines and tables."""
