"""Measurements on the real server. `make bench` runs them all and prints one table."""
