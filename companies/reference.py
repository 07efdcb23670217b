"""Reference data of this app, loaded at each start; what an administrator has edited stays."""


def load_companies() -> None:
    """Add what is missing."""
