"""Two roundtables in 云川市: one about checks at enterprises, with actions; one that is still being written."""

import secrets
from datetime import datetime, timedelta
from random import Random
from typing import Any

from fieldapp import ids
from fieldapp.clock import china
from fieldapp.commands.demonstration.county import County
from fieldapp.commands.demonstration.phone_filings import file_roundtable, send_of_roundtable, take
from fieldapp.commands.demonstration.staff import Staff
from fieldapp.commands.demonstration.work import Diary
from fieldapp.roundtables.rules import CONSENT_VERSION

_SEED = 20261129


def sit_down(county: County, staff: Staff, diary: Diary) -> None:
    """Notes both: the first submitted five days ago by a lead, the second begun yesterday by the bureau's signer."""
    today = china(diary.now).replace(hour=14, minute=30, second=0, microsecond=0)
    first, second = today - timedelta(days=5), today - timedelta(days=1)
    own = Random(_SEED)  # noqa: S311 a drawing of its own, so that nothing else of the county is drawn otherwise
    diary.at(first + timedelta(hours=3), lambda: _about_checks(county, staff, own, first))
    diary.at(second + timedelta(hours=2), lambda: _begun(staff, second))


def _about_checks(county: County, staff: Staff, random: Random, started_at: datetime) -> None:
    author, roundtable_id = staff["lead1"], ids.mint()
    photo = take(random, "work_safety", item=None, taken_at=started_at + timedelta(minutes=8))
    agency = county["云川市应急管理局"].id
    body = _body(started_at, "涉企检查怎么少打扰、真管用") | {
        "state": "submitted",
        "chair": "郑十",
        "agency": agency,
        "present": [
            {"origin": "npc", "count": 2, "unit": ""},
            {"origin": "enterprise", "count": 4, "unit": "云川开发区四家企业"},
            {"origin": "agency", "count": 2, "unit": "云川市应急管理局"},
            {"origin": "bureau", "count": 1, "unit": ""},
        ],
        "people": {
            "salt": secrets.token_hex(16),
            "named": [{"name": "李四（示例）", "unit": "云川市人大常委会", "origin": "npc"}],
        },
        "points": [
            {"origin": "enterprise", "text": "一个月里来了三拨，查的差不多，能不能一次查完。"},
            {"origin": "enterprise", "text": "检查前最好说一声要看哪些台账，我们好准备。"},
            {"origin": "npc", "text": "多说为什么不行、怎样才行，比开单子管用。"},
            {"origin": "agency", "text": "年度检查计划可以提前公布，合并的事项正在梳理。"},
        ],
        "consensus": ["同一企业、同一事项，一年内一般只查一次；有投诉举报的除外。", "进门先亮证、先说来意，再查。"],
        "actions": [
            {"what": "公布明年的涉企检查计划", "agency": agency, "who": "法制科",
             "due": (started_at + timedelta(days=30)).date().isoformat()},
            {"what": "做一张检查前告知的单子，试用一个月", "agency": None, "who": "司法局监督科",
             "due": (started_at + timedelta(days=20)).date().isoformat()},
        ],
        "photos": [photo.id],
        "consent": {"version": CONSENT_VERSION, "given": True},
    }  # fmt: skip
    file_roundtable(author, roundtable_id, body)
    send_of_roundtable(author, photo, roundtable_id=roundtable_id)


def _begun(staff: Staff, started_at: datetime) -> None:
    body = _body(started_at, "夜间施工投诉多，怎么办") | {
        "present": [{"origin": "resident", "count": 6, "unit": "滨湖新区湖畔社区"}],
        "points": [{"origin": "resident", "text": "打了电话，两个小时才有人来。"}],
    }
    file_roundtable(staff["bureau1"], ids.mint(), body)


def _body(started_at: datetime, topic: str) -> dict[str, Any]:
    return {
        "revision": 1, "base_revision": 0, "visit": None, "state": "draft", "started_at": started_at.isoformat(),
        "topic": topic, "place": "云川市司法局三楼会议室", "chair": "", "agency": None, "locality": None,
        "present": [], "people": None, "points": [], "consensus": [], "actions": [], "photos": [], "consent": None,
    }  # fmt: skip
