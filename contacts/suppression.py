"""Addresses and numbers of erased persons: known again when they come back, and told by nobody.

In the register of opt-outs they stand as a digest with the secret of the installation: the register keeps its force, and the
address cannot be read from it. Whoever asks the register asks for `spellings(value)`;
campaigns.audience makes the same digest in SQL.
"""

from hashlib import sha256

from django.conf import settings


def secret() -> str:
    """What is put before a value; with another SECRET_KEY old digests match nothing, so the key is kept."""
    return f"suppression:{settings.SECRET_KEY}:"


def digest(value: str) -> str:
    """A value that says nothing and is always the same."""
    return f"#{sha256(f'{secret()}{value}'.encode()).hexdigest()}"


def spellings(value: str) -> list[str]:
    """Under what the register may hold the value."""
    return [value, digest(value)]
