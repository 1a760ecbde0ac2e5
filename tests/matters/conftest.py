"""The tests' own kind of matter, known while a test of this folder runs."""

import pytest
from errands import KIND, Errand

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.extensions import unit_of_work
from fieldapp.matters import kinds, operations


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch):
    """The kind, made known as it would be by its own file."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    return kinds.register(KIND)


@pytest.fixture
def errand(county, errands) -> Errand:
    """One that has just been opened."""
    with unit_of_work():
        return operations.open_matter(Errand(id=ids.mint()), now(), actor=county.qian)
