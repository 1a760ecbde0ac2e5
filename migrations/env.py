"""How migrations run: on the application's own engine, one transaction a file."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def render_item(kind, value, _autogen):
    """Instants are written as plain date-times: a migration imports nothing of the application."""
    if kind == "type" and type(value).__name__ == "Instant":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Upgrades or downgrades online; the engine's own settings (durability above all) are in force."""
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=database.metadata, render_as_batch=True,
                          render_item=render_item, compare_type=False)
        with context.begin_transaction():
            context.run_migrations()


run()
