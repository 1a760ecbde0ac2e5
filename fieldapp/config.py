"""The one list of the variables that the environment may set: name, default, range, unit, what each is for."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from fieldapp.installation import default_instance

MINIMUM_SECRET_CHARACTERS = 32
THREADS_PER_PROCESS = 12  # that serve requests; each may hold a database connection
_MEBIBYTE = 1024 * 1024


class WeakSettings(RuntimeError):
    """The server refuses to start: a setting would break a promise made to its users."""


def _number(variable: str, default: int, low: int, high: int, unit: str, words: str) -> Any:
    """A whole number from `low` to `high` of `unit`."""
    should = f"{low}–{high} 的整数" + (f"（{unit}）" if unit else "")
    extra: dict[str, Any] = {"should": should, "range": f"{low}–{high}" + (f" {unit}" if unit else "")}
    return Field(default, validation_alias=variable, ge=low, le=high, description=words, json_schema_extra=extra)


def _text(variable: str, words: str, *, should: str, shown: str = "", is_secret: bool = False, **limits: Any) -> Any:
    """Words within `limits`. `should`: what they ought to be. `shown`: how the table of settings says the default.
    `is_secret`: no message and no log may repeat the value.
    """
    extra: dict[str, Any] = {"should": should, "range": should, "shown": shown, "is_secret": is_secret}
    return Field(validation_alias=variable, description=words, repr=not is_secret, json_schema_extra=extra, **limits)


def _yes(text: object) -> bool:
    if text not in ("0", "1", False, True):
        raise ValueError("neither 0 nor 1")
    return text in ("1", True)


class Settings(BaseSettings):
    """What the environment decides, read once at start and never changed.

    `photo_limit_bytes`, `file_limit_bytes`: largest original accepted, for pictures and for anything else.
    `rating_accept_workdays`, `rating_close_workdays`, `rating_extended_workdays`: the terms of a bad rating.
    `pool_size`: database connections kept per process. What each of the others means stands beside it.
    """

    model_config = SettingsConfigDict(frozen=True, validate_default=False, hide_input_in_errors=True)

    host: str = _text("HOST", "监听地址", should="本机的地址或主机名", default="127.0.0.1", pattern=r"^[^\s/]+$")
    port: int = _number("PORT", 8000, 1, 65535, "", "端口")
    processes: int = _number(
        "WEB_CONCURRENCY", 2, 1, 64, "个",
        f"服务进程数，每个进程 {THREADS_PER_PROCESS} 个线程。两核机器用 2，四核用 4",
    )  # fmt: skip
    environment: Literal["development", "production"] = _text(
        "FIELDAPP_ENV", "正式运行设为 `production`：拒绝弱密钥，Cookie 只走 HTTPS",
        should="development 或 production", default="development",
    )  # fmt: skip
    instance: Annotated[Path, AfterValidator(Path.resolve)] = _text(
        "FIELDAPP_INSTANCE", "一切数据所在的目录：数据库、证据原件、密钥。从 wheel 安装的，默认在当前目录里",
        should="本机的目录", shown="`instance/`", default_factory=default_instance,
    )  # fmt: skip
    database_url: str = _text(
        "FIELDAPP_DATABASE_URL",
        "例如 `postgresql+psycopg://用户@主机/库名`。"
        "PostgreSQL 的 `fsync`、`synchronous_commit`、`full_page_writes` 必须打开，否则拒绝启动",
        should="sqlite:///路径 或 postgresql+psycopg://用户@主机/库名",
        shown="实例目录里的 SQLite(WAL)", is_secret=True,  # it may hold a password
        pattern=r"^(sqlite:///|postgresql\+psycopg://)\S",
        default_factory=lambda kept: f"sqlite:///{kept['instance'] / 'fieldapp.sqlite3'}",
    )  # fmt: skip
    storage_url: str = _text(
        "FIELDAPP_STORAGE_URL", "证据原件存放处", should="file:///绝对路径",
        shown="实例目录里的 `evidence` 目录", pattern=r"^file:///.",
        default_factory=lambda kept: f"file://{kept['instance'] / 'evidence'}",
    )  # fmt: skip
    secret_key: str = _text(
        "FIELDAPP_SECRET_KEY", f"签发登录的密钥。正式运行至少 {MINIMUM_SECRET_CHARACTERS} 个字符",
        should="只有自己知道的长字符串", shown="首次启动时生成，存于实例目录的 `secret-key`",
        is_secret=True, default="",
    )  # fmt: skip
    demo: Annotated[bool, BeforeValidator(_yes)] = _text(
        "FIELDAPP_DEMO",
        "`1`：允许装入演示数据、使用演示密码，每页顶上写明“演示数据”。"
        "不能与 `FIELDAPP_ENV=production` 同用，否则拒绝启动",
        should="0 或 1", shown="`0`", default=False,
    )  # fmt: skip
    organisation_name: Annotated[str, BeforeValidator(str.strip)] = _text(
        "FIELDAPP_ORGANISATION", "页面上显示的单位名称", should="1–40 个字的单位名称",
        default="云川市司法局", min_length=1, max_length=40,
    )  # fmt: skip
    public_url: Annotated[str, BeforeValidator(lambda url: url.rstrip("/"))] = _text(
        "FIELDAPP_PUBLIC_URL", "二维码里的网址前缀，例如 `https://jd.example.gov.cn`",
        should="http:// 或 https:// 开头的网址", shown="空（用请求的地址）", default="",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    )  # fmt: skip
    photo_limit_bytes: int = _number(
        "FIELDAPP_PHOTO_LIMIT_BYTES", 40 * _MEBIBYTE, _MEBIBYTE, 1024 * _MEBIBYTE, "字节",
        "单张照片的上限；默认 40 MiB",
    )  # fmt: skip
    file_limit_bytes: int = _number(
        "FIELDAPP_FILE_LIMIT_BYTES", 200 * _MEBIBYTE, _MEBIBYTE, 4096 * _MEBIBYTE, "字节",
        "录音和其他文件的上限；默认 200 MiB",
    )  # fmt: skip
    pixel_limit: int = _number(
        "FIELDAPP_PIXEL_LIMIT", 120_000_000, 1_000_000, 500_000_000, "像素",
        "照片宽 × 高的上限，JPEG 是它的四倍：更大的照收，但不生成预览",
    )  # fmt: skip
    session_hours: int = _number("FIELDAPP_SESSION_HOURS", 168, 1, 8760, "小时", "多少小时没有请求后须重新登录")
    pool_size: int = _number(
        "FIELDAPP_POOL_SIZE", 20, THREADS_PER_PROCESS, 200, "个", "每个进程保留的数据库连接数，不少于线程数"
    )
    trusted_proxies: int = _number(
        "FIELDAPP_TRUSTED_PROXIES", 0, 0, 5, "层", "前面有几层自己的反向代理；设错会让登录锁定认错来源"
    )
    rating_minimum: int = _number(
        "FIELDAPP_RATING_MINIMUM", 5, 1, 1000, "条",
        "一个月里一次码的评价少于这个数时，被评价的行政执法机关看不到任何数字和评语",
    )  # fmt: skip
    slip_days: int = _number("FIELDAPP_SLIP_DAYS", 15, 1, 365, "天", "一次码出示后多少天内可评价")
    rating_accept_workdays: int = _number(
        "FIELDAPP_RATING_ACCEPT_WORKDAYS", 1, 1, 60, "个工作日", "差评受理期限（含调休）"
    )
    rating_close_workdays: int = _number("FIELDAPP_RATING_CLOSE_WORKDAYS", 5, 1, 60, "个工作日", "差评办结期限")
    rating_extended_workdays: int = _number(
        "FIELDAPP_RATING_EXTENDED_WORKDAYS", 15, 1, 120, "个工作日", "组长批准延期后的办结期限，自收到起算"
    )
    rating_per_minute: int = _number(
        "FIELDAPP_RATING_PER_MINUTE", 1200, 1, 1_000_000_000, "条",
        "同一网络对同一评价码每分钟超过这个数时请其稍候；平常的可疑评价只标记、不拒绝",
    )  # fmt: skip
    nightly_hour: int = _number("FIELDAPP_NIGHTLY_HOUR", 1, 0, 23, "点", "后台进程从几点（北京时间）起做每夜的事")
    backup_folder: str = _text(
        "FIELDAPP_BACKUP_FOLDER",
        "每夜备份放进这个目录，每次一个以日期命名的子目录；应是加密的磁盘。满 30 天的旧备份到期删除，最新的一份总留着",
        should="绝对路径", shown="空（后台进程不备份）", default="", pattern=r"^/.",
    )  # fmt: skip
    heads_folder: str = _text(
        "FIELDAPP_HEADS_FOLDER",
        "每夜把签名的链首写进这个目录，核对审计链时也用它对照；应在别的机器上",
        should="绝对路径", shown="空（后台进程不导出）", default="", pattern=r"^/.",
    )  # fmt: skip
    separation: Literal["required", "small-county"] = _text(
        "FIELDAPP_SEPARATION", "`required`：三员分离，拒绝不能兼任的角色；`small-county`：人手少，允许兼任",
        should="required 或 small-county", shown="正式运行为 `required`，否则 `small-county`",
        default_factory=lambda kept: "required" if kept["environment"] == "production" else "small-county",
    )  # fmt: skip
    confirmation: Literal["shown", "required"] = _text(
        "FIELDAPP_CONFIRMATION",
        "第二名监督人员的确认：`shown`：只在审核时显示；`required`：确认（或写明不同意见）后才能通过",
        should="shown 或 required", default="shown",
    )  # fmt: skip
    log_level: Annotated[
        Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(str.lower)
    ] = _text(
        "FIELDAPP_LOG_LEVEL", "日志级别。日志只有编号，没有姓名、电话和坐标",
        should="debug、info、warning、error、critical 之一", default="warning",
    )  # fmt: skip

    @property
    def production(self) -> bool:
        """Whether real people depend on this server."""
        return self.environment == "production"

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.production and self.demo:
            raise ValueError(
                "正式运行（FIELDAPP_ENV=production）不能同时设 FIELDAPP_DEMO=1：演示密码是公开的。请去掉其中一个。"
            )
        key = self.secret_key
        if key and self.production and (len(key) < MINIMUM_SECRET_CHARACTERS or len(set(key)) < 12):
            raise ValueError(
                f"FIELDAPP_SECRET_KEY 太弱：生产环境至少 {MINIMUM_SECRET_CHARACTERS} 个字符且不可重复单一字符。"
            )
        if not self.rating_accept_workdays <= self.rating_close_workdays <= self.rating_extended_workdays:
            raise ValueError(
                "FIELDAPP_RATING_ACCEPT_WORKDAYS、FIELDAPP_RATING_CLOSE_WORKDAYS、FIELDAPP_RATING_EXTENDED_WORKDAYS "
                "应依次不减：受理不晚于办结，延期后不早于延期前。"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_others: Any, **_more: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what read_settings hands over: nothing else looks into the environment."""
        return (init_settings,)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment asks for, with defaults that work on one machine without any. What is set to
    nothing counts as not set.

    Raises WeakSettings with a sentence for each variable that is out of its range, when production is asked for with a
    secret that can be guessed or with the demo's public password, or when nothing can be kept in the instance folder.
    """
    settings = checked_settings(environ)
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
        key = settings.secret_key or kept_secret(settings.instance / "secret-key")
    except OSError as error:
        raise WeakSettings(
            f"实例目录 {settings.instance} 不能写入（{error.strerror}）。请改它的属主和权限，"
            "或用 FIELDAPP_INSTANCE 指到别的目录。"
        ) from error
    return settings.model_copy(update={"secret_key": key})


def checked_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """As read_settings, but touches no file: a secret that nobody set is empty. Raises WeakSettings."""
    source = EnvSettingsSource(Settings, case_sensitive=True, env_ignore_empty=True)
    given = os.environ if environ is None else environ
    source.env_vars = {name: text for name, text in given.items() if text.strip()}
    try:
        return Settings(**source())
    except ValidationError as mistakes:
        wrong = [mistake for mistake in mistakes.errors() if mistake["type"] != "default_factory_not_called"]
        raise WeakSettings("".join(map(_sentence, wrong))) from None


def fields_by_variable() -> dict[str, FieldInfo]:
    """Every setting by the name of its variable, in the order in which operators read them."""
    return {str(field.validation_alias): field for field in Settings.model_fields.values()}


def _sentence(mistake: Any) -> str:
    if not mistake["loc"]:  # settings that do not fit together
        return str(mistake["ctx"]["error"])
    variable = str(mistake["loc"][0])
    extra = cast(dict[str, Any], fields_by_variable()[variable].json_schema_extra)
    now = "" if extra.get("is_secret") else f"，现为 {str(mistake['input'])[:60]!r}"
    return f"{variable} 应为 {extra['should']}{now}。"


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
