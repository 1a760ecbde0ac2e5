"""One seed for all that a test run leaves to chance: FIELDAPP_TEST_SEED, or another one each time.

pytest names it at its head, and the processes of one run share it; set to the same number it gives the same faults.
"""

import os
import secrets

_NAME = "FIELDAPP_TEST_SEED"
os.environ.setdefault(_NAME, str(secrets.randbelow(1_000_000)))  # before the other processes begin


def seed_of_this_run() -> int:
    """A whole number; whoever fails by chance says it."""
    return int(os.environ[_NAME])
