"""What to do with a revision that arrives."""

import pytest

from fieldapp.filing.revisions import Stored, judge

MINE, OTHER = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("stored", "revision", "base", "verdict"),
    [
        (None, 1, 0, "new"),
        (None, 7, 0, "new"),
        (None, 2, 1, "conflict"),
        (Stored(1, MINE), 1, 0, "same"),
        (Stored(5, MINE), 3, 2, "same"),
        (Stored(1, OTHER), 1, 0, "conflict"),
        (Stored(1, None), 2, 1, "new"),
        (Stored(1, None), 9, 1, "new"),
        (Stored(2, None), 3, 1, "conflict"),
        (Stored(3, None), 3, 3, "conflict"),
        (Stored(3, None), 2, 3, "conflict"),
        (Stored(1, None), 2, 5, "conflict"),
    ],
)
def test_a_retry_is_harmless_and_nobody_writes_over_anybody(stored, revision, base, verdict):
    assert judge(stored, revision=revision, base_revision=base, digest=MINE) == verdict
