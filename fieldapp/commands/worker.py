"""`flask worker`: does what was left for later, until it is asked to end."""

import signal
import sys
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from fieldapp.extensions import db
from fieldapp.jobs.worker import Duty, Worker
from fieldapp.keeping import standing_jobs


@click.command(
    "worker",
    help="后台进程：补算三方印证和答题明细，做每夜的事和别的后台任务，直到收到 Ctrl-C 或 SIGTERM。"
    "make run 会自己启动它。",
)
@click.option("--once", is_flag=True, help="只把现在到期的做完，然后退出")
@with_appcontext
def worker(once: bool) -> None:
    """Works until it is told to end."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()
    serve(app, once=once)


def serve(app: Flask, *, once: bool = False) -> None:
    """Works in this process until SIGTERM or SIGINT; with `once`, only what is due now."""
    duties = [Duty(words, do, standing_jobs.PROJECT_EVERY_S) for words, do in standing_jobs.followers()]
    working = Worker(app, duties)
    if once:
        working.run_until_idle()
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        working.end()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if sys.stdout.isatty():
        click.echo("后台进程已启动，按 Ctrl-C 停止。")
    working.run()
