"""The checklists that come with the program, both 拟定: by the steps in the field, and by the county's five 大类."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fieldapp.checklists.content import LOADER, Content, from_plain, load_default, to_plain
from fieldapp.errors import NotFound

COUNTY_FILE = Path(__file__).parent / "defaults" / "county48.yaml"
FIELD, COUNTY = "field", "county"


@dataclass(frozen=True)
class Shipped:
    """One of them: what to call it, what it is for, and how it is read."""

    title: str
    words: str
    load: Callable[[], Content]


def load(name: str) -> Content:
    """The list of this name. Raises NotFound."""
    if name not in LISTS:
        raise NotFound("程序没有附带这份清单。")
    return LISTS[name].load()


@cache
def load_county() -> Content:
    """The list in the county's own five 大类: items of the field list under other codes, and what that one lacks.

    An item with `from` is the field list's with that code; what stands beside it is said instead. So a correction of
    the field list reaches both. Source: corrections.md 1 (法治日报 2022-04-12; 国办发〔2018〕118号（五）).
    """
    raw = yaml.load(COUNTY_FILE.read_text(encoding="utf-8"), LOADER)  # noqa: S506 one of the two safe ones
    field = load_default()
    plain = to_plain(field)
    own = {item["code"]: item for item in plain["indicators"]}
    plain["meta"] |= raw["meta"]
    plain["categories"] = raw["categories"]
    plain["indicators"] = [_item(entry, own) for entry in raw["indicators"]]
    return from_plain(plain)


def _item(entry: Mapping[str, Any], own: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    said = {name: value for name, value in entry.items() if name != "from"}
    return (own[entry["from"]] if "from" in entry else {}) | said | {"category": entry["code"][0]}


LISTS = {
    FIELD: Shipped("现场用的五大类", "公示、规范文明、全过程记录、法制审核、责任制，按现场的先后编排", load_default),
    COUNTY: Shipped(
        "县里的五大类", "公示制度、全过程记录制度、重大执法决定法制审核制度、行政执法责任制、普法责任制", load_county
    ),
}
