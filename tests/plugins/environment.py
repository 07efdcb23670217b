"""What must stand in the environment before Django reads its settings; named in `addopts`, so imported first.

Every pytest process gets a number of its own in Redis and a data folder of its own.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")  # "gw0", "gw1"… in the processes that pytest-xdist starts


def redis_number(url: str, number: int) -> str:
    """The same server, another of its numbered databases."""
    if re.search(r"[?&](db|virtual_host)=\d+", url):
        return re.sub(r"([?&](?:db|virtual_host)=)\d+", rf"\g<1>{number}", url)
    return re.sub(r"(?<=[^/])/\d*$", "", url) + f"/{number}"


def prepare() -> None:
    home = Path(os.environ.setdefault("ACTIVESALES_TEST_HOME", os.environ.get("ACTIVESALES_HOME", "var/test")))
    own_home = home.resolve() / "workers" / WORKER
    shutil.rmtree(own_home, ignore_errors=True)
    own_home.mkdir(parents=True)
    os.environ |= {"ACTIVESALES_TEST": "1", "ACTIVESALES_HOME": str(own_home)}
    number = int(WORKER.removeprefix("gw")) + 1 if WORKER.startswith("gw") else 0
    for variable in {"REDIS_URL", "CELERY_BROKER_URL"} & os.environ.keys():
        os.environ[variable] = redis_number(os.environ[variable], number)
    for variable in ("EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS"):  # the tests know only their own
        os.environ.pop(variable, None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the databases after pytest-django, whose fixture they replace; by name it would come before."""
    config.pluginmanager.import_plugin("tests.plugins.database")


prepare()
