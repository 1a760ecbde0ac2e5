"""What the worker does without being asked: projections, all the time; the list of the night; unfinished uploads.

Imported where jobs are done, asked for or shown, so that every kind is known there.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import current_app

from fieldapp.audit import projections
from fieldapp.audit.projections import Projection
from fieldapp.calendar import queries as calendar
from fieldapp.callbacks import operations as callbacks
from fieldapp.clock import china, now
from fieldapp.config import Settings
from fieldapp.errors import FieldappError
from fieldapp.evidence import operations as evidence
from fieldapp.evidence import portrait_packages
from fieldapp.facts import projection as facts
from fieldapp.filing import heads
from fieldapp.jobs.kinds import Kind, Task, recur
from fieldapp.jobs.rules import ONCE, Daily, EveryHours, Retry
from fieldapp.keeping import backup, retention, verification
from fieldapp.matters import operations as matters
from fieldapp.ratings import disclosure
from fieldapp.reviews import agreement_projection

PROJECTIONS: tuple[Projection, ...] = (agreement_projection.PROJECTION, facts.PROJECTION)
PROJECT_EVERY_S = 1.0
_SWEEP_HOURS = 6
_PATIENT = Retry(tries=6, first_s=60)


class NotWhole(FieldappError):
    status, kind, title = 500, "not-whole", "核对不完整，请立即运行 flask audit verify 查看。"


def followers() -> list[tuple[str, Callable[[], bool]]]:
    """What is done all the time, in bounded steps: its name, and what does one step and gives whether none is left."""
    caught_up = [(one.words, partial(projections.catch_up, one)) for one in PROJECTIONS]
    return [*caught_up, ("受访人回访", callbacks.open_wished)]


def _keep_promises(task: Task) -> None:
    kept = [f"{one.what} {one.count} {one.unit}" for one in retention.keep_promises(now()) if one.count]
    retention.leave_files()
    task.say("已删除：" + "；".join(kept) if kept else "没有到期的内容")


def _check_calendar(task: Task) -> None:
    moved = matters.move_provisional_terms()
    missing = "、".join(f"{year}年" for year in calendar.years_to_enter(china(now()).date()))
    words = f"{missing}尚未录入；" if missing else ""
    task.say(f"{words}顺延了 {matters.counted_words(moved)}的期限")


def _climb_ladders(task: Task) -> None:
    task.say(f"记下了 {matters.counted_words(matters.climb())}的到期或超期")


def _close_rated_months(task: Task) -> None:
    closed = disclosure.close_months(now(), minimum=_settings().rating_minimum)
    task.say(f"结算了 {closed} 个单位月份" if closed else "没有要结算的月份")


def _sweep_uploads(task: Task) -> None:
    portrait_packages.forget_old(now())
    task.say(f"清除了 {evidence.sweep_unfinished()} 件")


def _back_up(task: Task) -> None:
    folder = _free_folder(Path(_settings().backup_folder), f"{china(now()):%Y-%m-%d}")
    made = backup.create(folder)
    faults = backup.faults_of(folder)
    if faults:
        raise NotWhole(f"备份 {folder} 不完整：{len(faults)} 处不对，不能用来恢复。")
    task.say(f"{folder.name}：{made.files} 个文件，{made.length_bytes / 1e6:.1f} MB，已核对")


def _free_folder(parent: Path, name: str) -> Path:
    """A folder that nothing is in yet: an earlier try of the same night may have left something."""
    number = 1
    while (folder := parent / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return folder


def _export_head(task: Task) -> None:
    task.say(f"已写入 {heads.export_head(Path(_settings().heads_folder)).name}")


def _verify(task: Task) -> None:
    kept = _settings().heads_folder
    outside = heads.read_witnesses([Path(kept)] if kept else [])
    verdict = verification.verify(outside)
    if verdict.first is not None:
        raise NotWhole(f"审计核对不完整，共 {len(verdict.findings)} 处。最早一处：{verdict.first.words}")
    task.say(f"审计链 {verdict.entries} 条、回执 {verdict.records} 份，一致")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _nightly(minutes: int) -> Daily:
    hours, minute = divmod(minutes, 60)
    return Daily((_settings().nightly_hour + hours) % 24, minute)


def _if_set(setting: str, minutes: int) -> Daily | None:
    return _nightly(minutes) if getattr(_settings(), setting) else None


# In the order of docs/operations.md: senders are counted before their marks run out, and what has run out is gone
# before the backup is made.
recur(Kind("disclosure", "结算上月群众评价", _close_rated_months, _PATIENT), partial(_nightly, 0))
recur(Kind("retention", "到期删除", _keep_promises, _PATIENT), partial(_nightly, 5))
recur(Kind("calendar", "核对节假日和期限", _check_calendar, _PATIENT), partial(_nightly, 10))
recur(Kind("ladder", "到期和超期提醒", _climb_ladders, _PATIENT), partial(_nightly, 20))
recur(Kind("backup", "备份并核对", _back_up, Retry(tries=3, first_s=600)), partial(_if_set, "backup_folder", 30))
recur(Kind("heads", "导出签名的链首", _export_head, _PATIENT), partial(_if_set, "heads_folder", 80))
recur(Kind("verification", "核对审计链", _verify, ONCE), partial(_nightly, 110))
recur(Kind("uploads", "清除没有传完的上传", _sweep_uploads, _PATIENT), lambda: EveryHours(_SWEEP_HOURS))
