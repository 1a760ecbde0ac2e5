"""What `make run` does once the environment stands: tables, demo data on an empty instance, the server."""

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS, RESTART_SECONDS, END_SECONDS = 60, 3, 20
_PR_SET_PDEATHSIG = 1  # Source: prctl(2)
DEMO_MARK = "demo-instance"  # its presence in the instance folder says: nothing here is real
ACCOUNTS = """
演示账号（密码都是 Demo-2026-accompany!）
  supervisor1 … supervisor4   监督员（司法局、人大、政协、检察院）
  legal1                      监督员（执法部门法制科，去本单位要回避）
  invited1                    特邀监督员
  lead1                       组长
  bureau1                     司法局签发人
  admin                       系统管理员兼安全管理员
  auditor1                    审计员
  agency1、agency2            行政执法机关联络员"""


def main() -> int:
    """Serves until it is told to stop; gives the exit code."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    host, port = _address()
    os.environ |= {"HOST": host, "PORT": str(port)}
    _refuse_taken_address(host, port)
    _step("更新数据库结构", "db", "upgrade")
    if _prepare_demo():
        os.environ["FIELDAPP_DEMO"] = "1"
    return _serve(host, port, BackgroundWorker())


def _address() -> tuple[str, int]:
    """Where to listen. Ends with a sentence for each setting that is out of its range."""
    from fieldapp.config import WeakSettings, checked_settings

    try:
        settings = checked_settings()
    except WeakSettings as weak:
        raise SystemExit(str(weak)) from None
    return settings.host, settings.port


def _refuse_taken_address(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise SystemExit(f"HOST={host} 不是本机能用的地址。") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise SystemExit(f"没有权限使用端口 {port}。换一个大于 1023 的，例如：PORT=8000 make run") from None
        except OSError:
            raise SystemExit(
                f"{host}:{port} 已被别的程序占用，或不是本机地址。换一个端口，例如：PORT={port + 1} make run"
            ) from None


def _prepare_demo() -> bool:
    """Fills an instance on which nobody has an account yet; says whether the instance is a demo."""
    from sqlalchemy import func, select

    from fieldapp.extensions import db
    from fieldapp.people.models import User
    from wsgi import app

    settings = app.config["SETTINGS"]
    mark = settings.instance / DEMO_MARK
    wanted = os.environ.get("FIELDAPP_DEMO", "1") == "1" and not settings.production
    with app.app_context():
        is_empty = db.session.scalar(select(func.count()).select_from(User)) == 0
        db.session.remove()
        db.engine.dispose()
    if is_empty and wanted:
        _step("装入演示数据（虚构的云川市）", "demo", "load", shows_progress=True, FIELDAPP_DEMO="1")
        mark.touch()
    return wanted and mark.exists()


def _step(words: str, *command: str, shows_progress: bool = False, **environment: str) -> None:
    """Runs `flask …`, says how long it took, and shows what it wrote when it fails or has progress to show."""
    print(f"{words} …", end="\n" if shows_progress else "", flush=True)
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        env=os.environ | environment,
        stdout=None if shows_progress else subprocess.PIPE,
        stderr=None if shows_progress else subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f" 失败\n{done.stdout or ''}{words}：失败，原因见上。")
    print(f"{words if shows_progress else ''} 完成（{time.monotonic() - begin:.0f} 秒）", flush=True)


class BackgroundWorker:
    """The process that does what is left for later. It is forked from this one, in which the program is loaded anyway:
    so it costs a fraction of the memory of a new one. Whenever it ends unasked, it is started again.
    """

    def __init__(self) -> None:
        self._pid = 0
        self._started_at = 0.0

    def keep_running(self) -> None:
        """Starts it when it is not there, at most once in RESTART_SECONDS."""
        if self._pid and os.waitpid(self._pid, os.WNOHANG) != (0, 0):
            self._pid = 0
        if self._pid == 0 and time.monotonic() - self._started_at >= RESTART_SECONDS:
            self._start()

    def end(self) -> None:
        """Asks it to end after the job that it does, and waits for that, though not for long."""
        if self._pid == 0:
            return
        os.kill(self._pid, signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:  # what it did not finish is taken up again by the next one
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
                break
            time.sleep(0.05)
        self._pid = 0

    def _start(self) -> None:
        from fieldapp.commands.worker import serve
        from wsgi import app

        self._started_at = time.monotonic()
        gc.collect()
        gc.freeze()  # otherwise its first collection would write into, and so copy, nearly all that is shared
        parent = os.getpid()
        self._pid = os.fork()
        if self._pid:
            return
        try:
            for number in (signal.SIGINT, signal.SIGTERM):  # what was to be done here is not for the worker
                signal.signal(number, signal.SIG_DFL)
            os.setpgid(0, 0)  # Ctrl-C comes from here, in order
            _end_with(parent, ctypes.CDLL(None))
            serve(app)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)


def _serve(host: str, port: int, worker: BackgroundWorker) -> int:
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]
    # In a group of its own: Ctrl-C in a terminal would otherwise reach each worker as well and cut off what it answers.
    dies_too = partial(_end_with, os.getpid(), ctypes.CDLL(None))
    server = subprocess.Popen(command, process_group=0, preexec_fn=dies_too)  # noqa: PLW1509 no other thread runs here

    is_ending = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True
        server.terminate()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    if _is_answering(server, host, port):
        _print_addresses(host, port)
    try:
        while server.poll() is None:
            if not is_ending:
                worker.keep_running()
            with suppress(subprocess.TimeoutExpired):
                server.wait(0.5)
        code = server.wait()
    finally:
        worker.end()
        server.kill()  # does nothing once it has ended
    print("已停止。")
    return 0 if code in (0, -signal.SIGTERM) else code


def _end_with(parent: int, c_library: Any) -> None:
    """In the server before it starts: it ends when this program is killed without a chance to end it."""
    if hasattr(c_library, "prctl"):
        c_library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # Source: prctl(2)
    if os.getppid() != parent:  # already gone
        os._exit(1)


def _is_answering(server: subprocess.Popen[bytes], host: str, port: int) -> bool:
    end = time.monotonic() + START_SECONDS
    address = f"http://{_reachable(host)}:{port}/healthz"
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 our own server
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            print(f"服务器已启动，但自检未通过：{error.read().decode()}")
            return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False


def _print_addresses(host: str, port: int) -> None:
    base = f"http://{_reachable(host)}:{port}"
    print(f"""
伴随式监督已启动
  {base}/          按角色进入
  {base}/field/    监督员手机端
  {base}/review/   组长审核台
  {base}/admin/    管理
  {base}/agency/   行政执法机关""")
    if os.environ.get("FIELDAPP_DEMO") == "1":
        print(ACCOUNTS)
    if host not in ("127.0.0.1", "localhost", "::1"):
        print("\n手机上离线使用须经 HTTPS 访问（浏览器的规定），见 docs/operations.md。")
    print("\n按 Ctrl-C 停止。", flush=True)


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 listening everywhere is what the operator asked for
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    raise SystemExit(main())
