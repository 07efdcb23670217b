"""Data folders for the tests of the platform."""

import shutil
import tempfile
from pathlib import Path

import pytest


def data_folder() -> Path:
    """Outside pytest's own folder, which lets no other account through."""
    folder = Path(tempfile.mkdtemp(prefix="activesales-home-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture
def home():
    folder = data_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def lasting_home():
    """A data folder with a cluster that is there already: what most starts find."""
    folder = data_folder()
    yield folder
    shutil.rmtree(folder)
