"""The door for the command line: each group in its own file, calling operations."""

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo

from fieldapp.config import WeakSettings
from fieldapp.extensions import db

KEYLESS = {("backup", "restore"), ("backup", "verify")}  # they bring the keys back, or read nothing but a folder


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
        from fieldapp.installation import folder

        migrations_folder = str(folder() / "migrations")
        Migrate(self._app, db, directory=migrations_folder, render_as_batch=True, compare_type=True)  # `flask db`
        for group in groups.ALL:
            group.callback = _refuse_unready
            self.add_command(group)
        for command in groups.ALONE:
            command.callback = _once_ready(command.callback)
            self.add_command(command)
        migrations = self.commands["db"]
        migrations.callback = _after_a_look_at_the_database(migrations.callback)  # they need no key


def _refuse_unready() -> None:
    """Before each command: one sentence instead of a traceback, and no key made in the place of one that is lost."""
    from fieldapp.commands import readiness

    context = click.get_current_context()
    app = context.ensure_object(ScriptInfo).load_app()
    try:
        if (context.info_name, context.invoked_subcommand) not in KEYLESS:
            readiness.refuse_unready(app)
    except WeakSettings as weak:
        raise click.ClickException(str(weak)) from weak


def _once_ready(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    """A command that belongs to no group, after the same look."""
    if hasattr(callback, "is_looked_after"):  # by another application of this process
        return callback  # type: ignore[return-value]

    def look(*given: Any, **named: Any) -> Any:
        _refuse_unready()
        return callback(*given, **named) if callback else None

    look.is_looked_after = True  # type: ignore[attr-defined]
    return look


def _after_a_look_at_the_database(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    from fieldapp.commands import readiness

    def look(*given: Any, **named: Any) -> Any:
        app = click.get_current_context().ensure_object(ScriptInfo).load_app()
        try:
            with app.app_context():
                readiness.refuse_unreachable(app)
        except WeakSettings as weak:
            raise click.ClickException(str(weak)) from weak
        return callback(*given, **named) if callback else None

    return look


def register(app: Flask) -> None:
    """Adds the command groups and the migrations to `flask`."""
    app.cli = _OnDemand(app)
