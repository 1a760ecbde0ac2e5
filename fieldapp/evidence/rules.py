"""What may be announced as evidence, how large it may be, and what is written on a copy. Pure."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from fieldapp.clock import CHINA
from fieldapp.promises import days_of

SOURCE_WORDS = {
    "camera": "现场拍摄",
    "album": "相册选取",
    "audio": "录音",
    "signature": "手写签名",
    "copy": "照片副本",
    "layer": "照片标注",
    "desk_layer": "审核台标注",
}
ANNOUNCED_SOURCES = tuple(source for source in SOURCE_WORDS if source != "desk_layer")  # what a phone may say
PICTURE_SOURCES = frozenset({"camera", "album", "signature", "copy"})
PHOTO_SOURCES = frozenset({"camera", "album"})
BESIDE_SOURCES = frozenset({"copy", "layer"})  # these say of which photo they are
LAYER_LIMIT_BYTES = 32 * 1024
# After so many an upload that nobody continues is swept away; the phone still has the file.
UNFINISHED_DAYS = days_of("unfinished_uploads")

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")
_ITEM = re.compile(r"[A-Za-z0-9_.-]{1,20}")
_FILENAME_CHARACTERS = 200
_TYPE_CHARACTERS = 100
_YEARS = range(2000, 2101)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Announced:
    """What a phone says of a file before it sends it. All of it is a claim but for what the bytes then prove.

    `accuracy_m`: radius in metres; `latitude`, `longitude` in degrees (WGS 84); `of_id`: the photo that a copy or a
    layer stands beside.
    """

    id: str
    sha256: str
    length_bytes: int
    owner_kind: str
    owner_id: str
    source: str
    item: str | None = None
    filename: str = ""
    declared_type: str = ""
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    of_id: str | None = None


def announced(
    said: Mapping[str, str], *, length_bytes: int, kinds: Mapping[str, str]
) -> Announced | list[tuple[str, str]]:
    """What `said` (the upload's metadata) announces; or every fault in it, as (field, sentence).

    `kinds`: what a file may belong to, with its words.
    """
    reading = _Reading(said)
    owners = [kind for kind in kinds if said.get(kind)]
    if len(owners) != 1:
        choice = "或".join(f"{words}（{kind}）" for kind, words in kinds.items())
        reading.faults.append((next(iter(kinds)), f"必须且只能写明所属的{choice}之一"))
    if length_bytes < 1:
        reading.faults.append(("Upload-Length", "文件是空的"))
    owner = owners[0] if owners else next(iter(kinds))
    made = Announced(
        id=reading.matching("id", UUID, "应为 UUID"),
        sha256=reading.matching("sha256", SHA256, "应为 64 位小写十六进制 SHA-256"),
        length_bytes=length_bytes,
        owner_kind=owner,
        owner_id=reading.matching(owner, UUID, "应为 UUID") if owners else "",
        source=reading.one_of("source", ANNOUNCED_SOURCES),
        item=reading.matching("item", _ITEM, "指标代码应为 1–20 个字母或数字") if said.get("item") else None,
        filename=printable(said.get("filename", ""))[:_FILENAME_CHARACTERS],
        declared_type=printable(said.get("filetype", ""))[:_TYPE_CHARACTERS],
        taken_at=reading.moment("taken_at"),
        latitude=reading.number("latitude", -90, 90),
        longitude=reading.number("longitude", -180, 180),
        accuracy_m=reading.number("accuracy", 0, 1e7),
        of_id=reading.matching("of", UUID, "应为所属照片的 UUID") if said.get("source") in BESIDE_SOURCES else None,
    )
    return reading.faults or made


def limit_bytes(source: str, *, photo_limit_bytes: int, file_limit_bytes: int) -> int:
    """The largest original accepted from `source`."""
    if source.endswith("layer"):
        return LAYER_LIMIT_BYTES
    return photo_limit_bytes if source in PICTURE_SOURCES else file_limit_bytes


def too_large_words(source: str, *, length_bytes: int, limit_bytes: int) -> str:
    """What to tell somebody whose file is over the limit."""
    if source.endswith("layer"):
        return (
            f"标注有 {megabytes(length_bytes)}，超过上限 {megabytes(limit_bytes)}，未保存。照片不受影响；请少画几笔。"
        )
    what, advice = ("照片", "请在相机设置中调低分辨率后重拍") if source in PICTURE_SOURCES else ("录音", "请分段录制")
    return f"{what}有 {megabytes(length_bytes)}，超过上限 {megabytes(limit_bytes)}，未上传。原件仍在本机；{advice}。"


def megabytes(length_bytes: int) -> str:
    """A length for people: 60 MB, 2.4 MB; below 0.1 MB in KB."""
    value = length_bytes / (1024 * 1024)
    return f"{math.ceil(length_bytes / 1024)} KB" if value < 0.1 else f"{value:.1f}".removesuffix(".0") + " MB"


def refusal_words(reason: str, *, source: str, filename: str) -> str:
    """What to tell somebody whose file is not taken. `reason`: as in sniffing.NotEvidence, or type, digest, layer."""
    is_picture = source in PICTURE_SOURCES
    name = f"“{filename}”" if filename else ""
    what = f"照片{name}" if is_picture else f"录音{name}"
    again = "请重拍或重新选取。" if is_picture else "请重新录制或选取。"
    formats = "支持 JPEG、PNG、WebP、HEIC" if is_picture else "支持 M4A/MP4、WebM、OGG、MP3、WAV"
    sentences = {
        "unknown": f"{what}不是{'图片' if is_picture else '录音'}或格式不受支持（{formats}），未保存到服务器。{again}",
        "damaged": f"{what}不完整或已损坏，未保存到服务器。{again}",
        "no-size": f"{what}没有画面尺寸，未保存到服务器。{again}",
        "video": f"{what}是录像，目前只接收{'照片' if is_picture else '录音'}，未保存到服务器。",
        "layer": f"标注{name}的内容不合规定，未保存到服务器。照片不受影响，请重新标注。",
        "type": f"{what}与标明的来源（{SOURCE_WORDS[source]}）不符，未保存到服务器。{again}",
        "digest": f"{what}在传输中内容有变（与本机的校验值不符），未保存。原件仍在本机，请重新上传。",
    }
    return sentences[reason]


@dataclass(frozen=True)
class Caption:
    """What is written on a copy: two lines, and the same in ASCII for a server without a Chinese font."""

    lines: tuple[str, str]
    plain: tuple[str, str]


def caption(
    *,
    source: str,
    record: str,
    item: str | None,
    taken_at: datetime | None,
    place: str,
    coordinates: tuple[float, float, float | None] | None,
) -> Caption:
    """The caption of one picture.

    `coordinates`: latitude and longitude in degrees, accuracy in metres; `place`: as typed.
    """
    label = f"{record} · {item}" if item else record
    where, where_plain = _where(place, coordinates)
    when = taken_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if taken_at else ""
    return Caption(
        lines=(
            f"{SOURCE_WORDS[source]}{'（时间、位置未经核实）' if source == 'album' else ''} · {label}",
            " · ".join([f"{when}（手机时间）" if when else "时间未知", where]),
        ),
        plain=(f"{source.upper()}  {ascii_only(label)}", f"{when or 'time unknown'}  {where_plain}"),
    )


def printable(text: str) -> str:
    """`text` without control characters, among them the NUL that PostgreSQL refuses."""
    return "".join(character for character in text if unicodedata.category(character) not in ("Cc", "Cs")).strip()


def ascii_only(text: str) -> str:
    """`text` with everything beyond ASCII left out."""
    return " ".join(text.replace("·", " ").encode("ascii", "ignore").decode().split())


def _where(place: str, coordinates: tuple[float, float, float | None] | None) -> tuple[str, str]:
    if coordinates is None:
        return (f"{place}（手工填写）", "no position") if place else ("位置未知", "no position")
    latitude, longitude, accuracy_m = coordinates
    numbers = f"{latitude:.5f}, {longitude:.5f}"
    if accuracy_m is None:
        return numbers, numbers
    return f"{numbers} ±{accuracy_m:.0f} 米", f"{numbers} +-{accuracy_m:.0f} m"


class _Reading:
    """Reads fields one by one and keeps every fault, so that all are told at once."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self.said = said
        self.faults: list[tuple[str, str]] = []

    def matching(self, field: str, pattern: re.Pattern[str], fault: str) -> str:
        value = self.said.get(field, "")
        return value if pattern.fullmatch(value) else self._wrong(field, fault, "")

    def one_of(self, field: str, allowed: Sequence[str] | Mapping[str, str]) -> str:
        value = self.said.get(field, "")
        return value if value in allowed else self._wrong(field, f"应为 {'、'.join(allowed)} 之一", next(iter(allowed)))

    def number(self, field: str, least: float, most: float) -> float | None:
        text = self.said.get(field, "")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        return value if least <= value <= most else self._wrong(field, f"应为 {least:g} 到 {most:g} 之间的数", None)

    def moment(self, field: str) -> datetime | None:
        text = self.said.get(field, "")
        if not text:
            return None
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return self._wrong(field, "时间格式不对", None)
        if value.tzinfo is None or value.year not in _YEARS:
            return self._wrong(field, "时间须带时区，年份在 2000 至 2100 之间", None)
        return value

    def _wrong(self, field: str, fault: str, instead: Value) -> Value:
        self.faults.append((field, fault))
        return instead
