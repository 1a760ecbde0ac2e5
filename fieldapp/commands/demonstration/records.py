"""What a supervisor fills in: the body of an observation and of an interview, plausible and always complete."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from fieldapp.checklists import rules as checklists
from fieldapp.checklists.content import Content
from fieldapp.clock import china
from fieldapp.commands.demonstration import officers, sayings, words
from fieldapp.interviews.rules import CONSENT_VERSION, FACTS
from fieldapp.visits.models import Visit

_CIRCUMSTANCES = {
    "work_safety": ["enterprise_inspection", "av_required"],
    "eco_environment": ["enterprise_inspection", "av_required"],
    "urban_management": ["auxiliary_present", "penalty"],
    "yangtze_fishing_ban": ["av_required", "coercive_measure"],
    "market_regulation": ["enterprise_inspection"],
    "transport": ["av_required", "penalty"],
    "agriculture": ["enterprise_inspection"],
}


@dataclass(frozen=True)
class Diligence:
    """How a visit went: the share of items answered 否 and 未观察到, each 0–1."""

    no_share: float = 0.07
    unseen_share: float = 0.08


def observation_body(
    random: Random, visit: Visit, content: Content, version_id: str, *, started_at: datetime, diligence: Diligence
) -> dict[str, Any]:
    """A submitted body, first revision, without pictures. Every applying item is answered, each 否 with its note."""
    circumstances = _CIRCUMSTANCES.get(visit.domain, [])
    answers, at_ms = {}, 60_000
    for item in checklists.items_for(content, visit.mode, visit.domain):
        at_ms += random.randint(20_000, 200_000)
        is_possible = checklists.applies(item, circumstances)
        answers[item.code] = _answer(random, item.code, item.applies_when, at_ms, is_possible, diligence)
    minutes = at_ms // 60_000 + random.randint(5, 20)
    return {
        "revision": 1,
        "base_revision": 0,
        "visit": visit.id,
        "checklist_version": version_id,
        "state": "submitted",
        "started_at": china(started_at).isoformat(timespec="seconds"),
        "ended_at": china(started_at + timedelta(minutes=minutes)).isoformat(timespec="seconds"),
        "clock_offset_ms": random.randint(-2500, 2500),
        "location": {
            "latitude": round(31.38 + random.uniform(-0.09, 0.09), 5),
            "longitude": round(120.98 + random.uniform(-0.12, 0.12), 5),
            "accuracy": random.choice([8.0, 12.0, 15.0, 30.0]),
        },
        "officers": [
            {"name": name, "certificate_no": officers.number_shown(random, visit.agency_name, name)}
            for name in random.sample(officers.NAMES, 2)
        ],
        "party": {
            "kind": random.choice(["enterprise", "citizen"]),
            "name": random.choice(["某某公司（示例）", "某某商户（示例）", "甲某", "乙某"]),
            "contact": "",
            "salt": secrets.token_hex(16),
        },
        "case_no": f"云示检〔{china(started_at).year}〕{random.randint(3, 290)}号",
        "circumstances": circumstances,
        "answers": answers,
        "officers_statement": random.choice(["", "", "接受监督意见，下次注意。"]),
        "timeline": [
            {"at_ms": 40_000, "text": "到达现场，执法人员表明身份"},
            {"at_ms": at_ms // 2, "text": "查看现场并询问负责人"},
            {"at_ms": at_ms, "text": "宣读检查情况，双方签字"},
        ],
        "summary": random.choice(words.SUMMARIES),
    }


def interview_body(random: Random, visit: Visit, *, started_at: datetime) -> dict[str, Any]:
    """A submitted interview: anonymous, with consent, mostly content."""
    return {
        "revision": 1,
        "base_revision": 0,
        "visit": visit.id,
        "state": "submitted",
        "started_at": china(started_at).isoformat(timespec="seconds"),
        "clock_offset_ms": 0,
        "consent": {"version": CONSENT_VERSION, "given": True, "method": "tick", "at_ms": 4000},
        "anonymous": True,
        "is_adult": True,
        "respondent": {"kind": "party", "name": "", "contact": "", "salt": secrets.token_hex(16)},
        "conducted": "in_person",
        "level": random.choices([5, 4, 3, 2], weights=[4, 6, 2, 1])[0],
        "facts": {fact: random.choices(["yes", "no", "unclear"], weights=[24, 1, 5])[0] for fact in FACTS},
        "answers": dict(random.choice(sayings.ANSWERS)),
        "opinion": random.choice(words.OPINIONS),
        "suggestion": random.choice(words.SUGGESTIONS),
        "callback": False,
        "recordings": [],
        "signature": {"oral": True},
        "refused": None,
    }


def _answer(
    random: Random, code: str, applies_when: str, at_ms: int, is_possible: bool, diligence: Diligence
) -> dict[str, Any]:
    value, note = "yes", ""
    if not is_possible:
        value, note = "na", words.NOT_ARISEN.get(applies_when, "本次不涉及")
    elif code in words.FAULT_NOTES and random.random() < diligence.no_share:
        value, note = "no", random.choice(words.FAULT_NOTES[code])
    elif random.random() < diligence.unseen_share:
        value = "not_observed"
    corrected = value == "no" and random.random() < 0.5
    return {"value": value, "note": note, "corrected_on_spot": corrected, "at_ms": at_ms, "evidence": []}
