"""Pages and fragments of the base."""
