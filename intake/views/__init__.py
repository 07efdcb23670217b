"""Pages of collection and correction."""
