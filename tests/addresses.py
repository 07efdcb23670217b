"""Addresses of databases that the suite and the benchmarks make for themselves."""

import os
from urllib.parse import quote, urlsplit


def address_of(name: str) -> str:
    """Where another database of the same server is; before it may stand the folder of a socket."""
    url = urlsplit(os.environ["DATABASE_URL"])
    path = f"{url.path.rpartition('/')[0]}/{quote(name)}"
    return f"{url.scheme}://{url.netloc}{path}" + (f"?{url.query}" if url.query else "")
