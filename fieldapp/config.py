"""Every FIELDAPP_… variable: its name, unit, default, and what it is for."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

MINIMUM_SECRET_CHARACTERS = 32
Separation = Literal["required", "small-county"]


class WeakSettings(RuntimeError):
    """The server refuses to start: a setting would break a promise made to its users."""


@dataclass(frozen=True)
class Settings:
    """What the environment decides, read once at start.

    `photo_limit_bytes`, `file_limit_bytes`: largest original accepted, for pictures and for anything else.
    `pixel_limit`: width × height above which a picture is refused before it is decoded.
    `session_hours`: hours without a request after which a sign-in ends.
    `rating_minimum`: ratings below which an agency sees no figure. `slip_days`: days that a slip counts after it was
    shown. `rating_accept_workdays`, `rating_close_workdays`, `rating_extended_workdays`: the terms of a bad rating.
    `rating_per_minute`: ratings from one network on one code above which the sender is asked to wait.
    `separation`: whether one person may hold roles that 三员分离 keeps apart.
    `pool_size`: database connections kept per process; at least the number of threads that serve requests.
    """

    instance: Path
    database_url: str
    storage_url: str
    secret_key: str
    production: bool
    demo: bool
    organisation_name: str
    public_url: str
    photo_limit_bytes: int
    file_limit_bytes: int
    pixel_limit: int
    session_hours: int
    pool_size: int
    trusted_proxies: int
    rating_minimum: int = 5
    slip_days: int = 15
    rating_accept_workdays: int = 1
    rating_close_workdays: int = 5
    rating_extended_workdays: int = 15
    rating_per_minute: int = 1200
    separation: Separation = "small-county"


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """The settings that the environment asks for, with defaults that work on one machine without any.

    Raises WeakSettings when production is asked for with a secret that can be guessed or with the demo's public
    password, or when nothing can be kept in the instance folder.
    """
    env = dict(os.environ if environ is None else environ)
    instance = Path(env.get("FIELDAPP_INSTANCE") or Path(__file__).parents[1] / "instance").resolve()
    production = env.get("FIELDAPP_ENV", "development") == "production"
    if production and env.get("FIELDAPP_DEMO", "") == "1":
        raise WeakSettings(
            "正式运行（FIELDAPP_ENV=production）不能同时设 FIELDAPP_DEMO=1：演示密码是公开的。请去掉其中一个。"
        )
    try:
        instance.mkdir(parents=True, exist_ok=True)
        secret_key = _secret_key(env, instance, production=production)
    except OSError as error:
        raise WeakSettings(
            f"实例目录 {instance} 不能写入（{error.strerror}）。请改它的属主和权限，"
            "或用 FIELDAPP_INSTANCE 指到别的目录。"
        ) from error
    return Settings(
        instance=instance,
        database_url=env.get("FIELDAPP_DATABASE_URL") or f"sqlite:///{instance / 'fieldapp.sqlite3'}",
        storage_url=env.get("FIELDAPP_STORAGE_URL") or f"file://{instance / 'evidence'}",
        secret_key=secret_key,
        production=production,
        demo=env.get("FIELDAPP_DEMO", "") == "1",
        organisation_name=env.get("FIELDAPP_ORGANISATION") or "云川市司法局",
        public_url=(env.get("FIELDAPP_PUBLIC_URL") or "").rstrip("/"),
        photo_limit_bytes=int(env.get("FIELDAPP_PHOTO_LIMIT_BYTES", 40 * 1024 * 1024)),
        file_limit_bytes=int(env.get("FIELDAPP_FILE_LIMIT_BYTES", 200 * 1024 * 1024)),
        pixel_limit=int(env.get("FIELDAPP_PIXEL_LIMIT", 120_000_000)),
        session_hours=int(env.get("FIELDAPP_SESSION_HOURS", 24 * 7)),
        pool_size=int(env.get("FIELDAPP_POOL_SIZE", 20)),
        trusted_proxies=int(env.get("FIELDAPP_TRUSTED_PROXIES", 0)),
        rating_minimum=int(env.get("FIELDAPP_RATING_MINIMUM", 5)),
        slip_days=int(env.get("FIELDAPP_SLIP_DAYS", 15)),
        rating_accept_workdays=int(env.get("FIELDAPP_RATING_ACCEPT_WORKDAYS", 1)),
        rating_close_workdays=int(env.get("FIELDAPP_RATING_CLOSE_WORKDAYS", 5)),
        rating_extended_workdays=int(env.get("FIELDAPP_RATING_EXTENDED_WORKDAYS", 15)),
        rating_per_minute=int(env.get("FIELDAPP_RATING_PER_MINUTE", 1200)),
        separation=_separation(env, production=production),
    )


def _separation(env: dict[str, str], *, production: bool) -> Separation:
    """What FIELDAPP_SEPARATION asks for; without it `required` in production. Source: GB/T 22239-2019 8.1.5."""
    said = env.get("FIELDAPP_SEPARATION") or ("required" if production else "small-county")
    if said not in get_args(Separation):
        raise WeakSettings(
            f"FIELDAPP_SEPARATION={said} 看不懂：请写 required（三员分离）或 small-county（人手少，允许一人兼任）。"
        )
    return cast(Separation, said)


def _secret_key(env: dict[str, str], instance: Path, *, production: bool) -> str:
    given = env.get("FIELDAPP_SECRET_KEY")
    if given:
        if production and (len(given) < MINIMUM_SECRET_CHARACTERS or len(set(given)) < 12):
            raise WeakSettings("FIELDAPP_SECRET_KEY 太弱：生产环境至少 32 个字符且不可重复单一字符。")
        return given
    return kept_secret(instance / "secret-key")


def kept_secret(path: Path) -> str:
    """The secret kept in `path`, made there on first use, readable by its owner only.

    Two processes that start together agree on one: the first to link its file wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        fsync_folder(path.parent)
    return path.read_text().strip()


def fsync_folder(folder: Path) -> None:
    """Returns when the names in `folder` are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
