"""The list of command groups."""

import click

ALL: list[click.Group] = []
