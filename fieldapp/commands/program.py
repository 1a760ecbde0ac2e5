"""The program `fieldapp` of the wheel: the same commands as `flask --app wsgi`, from any folder."""

import click
from flask import Flask
from flask.cli import FlaskGroup

from fieldapp import create_app
from fieldapp.commands.serve import serve
from fieldapp.config import WeakSettings
from fieldapp.installation import program_version


def _application() -> Flask:
    try:
        return create_app()
    except WeakSettings as weak:
        raise SystemExit(f"fieldapp：{weak}") from None


@click.group(
    cls=FlaskGroup,
    add_default_commands=False,
    add_version_option=False,
    create_app=_application,
    help="伴随式监督现场应用。设置都是环境变量；先 db upgrade，再 serve。",
)
@click.version_option(program_version(), prog_name="fieldapp", message="%(prog)s %(version)s")
def main() -> None:
    """What the wheel calls `fieldapp`."""


main.add_command(serve)  # it loads no application itself: gunicorn does, and refuses what must be refused
