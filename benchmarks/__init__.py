"""Measurements on the real server. `make bench` runs them all and prints one table."""

import os

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a real server reads what was compiled before
