"""The door for the command line: each group in its own file, calling operations."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds the command groups to `flask`."""
    from fieldapp.commands import groups

    for group in groups.ALL:
        app.cli.add_command(group)
