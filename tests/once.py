"""What one process of a test run makes, for all of them to copy."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once_per_run(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` has filled, by whichever process came first: to be copied, not to be touched."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = shared / f"{name}.draft"
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder
