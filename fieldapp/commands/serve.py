"""`fieldapp serve`: the server with the settings that come with the program."""

import os
import sys

import click

from fieldapp.installation import folder


@click.command("serve", help="启动服务，直到收到 Ctrl-C 或 SIGTERM。地址、端口和进程数看 HOST、PORT、WEB_CONCURRENCY。")
def serve() -> None:
    """Becomes gunicorn: signals reach it directly, and its exit code is this one's."""
    settings = str(folder() / "deploy" / "gunicorn.conf.py")
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", settings, "wsgi:app"])  # noqa: S606 it takes no shell
