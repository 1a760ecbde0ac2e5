"""The door for the command line: each group in its own file, calling operations."""

import click
from flask import Flask
from flask.cli import AppGroup

from fieldapp.extensions import db


class _OnDemand(AppGroup):
    """The groups, loaded when somebody asks for a command: a server never does, and starts sooner without them."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name=app.name)
        self._app = app
        self._is_loaded = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if self._is_loaded:
            return
        self._is_loaded = True
        from flask_migrate import Migrate

        from fieldapp.commands import groups

        Migrate(self._app, db, directory="migrations", render_as_batch=True, compare_type=True)  # adds `flask db`
        for group in groups.ALL:
            self.add_command(group)


def register(app: Flask) -> None:
    """Adds the command groups and the migrations to `flask`."""
    app.cli = _OnDemand(app)
