"""Where the files are that belong to the program and lie outside its package: migrations, the server's settings."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_IN_A_WHEEL = _PACKAGE / "_shipped"  # put there by deploy/packing.py


def is_from_wheel() -> bool:
    """Whether the program runs from a wheel, not from its sources."""
    return _IN_A_WHEEL.is_dir()


def folder() -> Path:
    """The folder that holds `migrations/`, `deploy/` and `wsgi.py`: of the sources, or of the wheel."""
    return _IN_A_WHEEL if is_from_wheel() else _PACKAGE.parent


def default_instance() -> Path:
    """Where data lies unless FIELDAPP_INSTANCE says otherwise: beside the sources; for a wheel, where it is started."""
    return (Path.cwd() if is_from_wheel() else _PACKAGE.parent) / "instance"


def program_version() -> str:
    """The version of the installed wheel; a sentence when there is none."""
    try:
        return version("fieldapp")
    except PackageNotFoundError:
        return "源码（没有安装）"
