"""Rules about people: certificates, lock-out, user names. Pure."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from fieldapp.access import FIELD_ROLES

CertificateState = Literal["valid", "expiring", "not_yet", "expired", "suspended", "revoked"]
CERTIFICATE_WORDS: dict[str, str] = {
    "valid": "有效",
    "expiring": "即将到期",
    "not_yet": "未生效",
    "expired": "过期",
    "suspended": "暂停",
    "revoked": "注销",
}
# Where a member of a working group comes from (domain.md 7.1); an agency sends those of its 法制科.
MEMBER_ORIGINS = {
    "justice_bureau": "司法局",
    "justice_office": "司法所",
    "congress": "人大",
    "cppcc": "政协",
    "procuratorate": "检察院",
    "legal_unit": "执法部门法制科",
}
_JUSTICE = frozenset({"justice_bureau", "justice_office"})
# Who administers or signs is of the bureau or one of its offices.
_OF_JUSTICE = {
    "bureau": "司法局签发人必须属于司法局或司法所。",
    "system": "系统管理员必须属于司法局或司法所。",
    "security": "安全管理员必须属于司法局或司法所。",
    "auditor": "审计员必须属于司法局或司法所。",
}


@dataclass(frozen=True)
class CertificateKind:
    """What is issued, and to people of which origin (of MEMBER_ORIGINS); none: to anybody. `source`: the article."""

    words: str
    source: str
    origins: frozenset[str] | None = None


# Who comes along by invitation holds a certificate or an appointment letter; the first kind alone makes a pair lawful.
CERTIFICATES: dict[str, CertificateKind] = {
    "inspector": CertificateKind("行政执法监督证", "行政执法监督条例第二十三条", _JUSTICE),
    "invited": CertificateKind("特邀监督员证", "行政执法监督条例第二十三条"),
    "letter": CertificateKind("特邀监督员聘书", "行政执法监督条例第二十三条"),
}
CERTIFICATE_KINDS = {kind: certificate.words for kind, certificate in CERTIFICATES.items()}
EXPIRING_DAYS = 60

FAILURES_PER_ACCOUNT_AND_NETWORK = 5
FAILURES_PER_NETWORK = 50
FAILURES_PER_ACCOUNT = 30
NETWORK_WINDOW = timedelta(minutes=15)
ACCOUNT_WINDOW = timedelta(hours=1)

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")


def certificate_state(state: str, *, issued_on: date, valid_until: date, today: date) -> CertificateState:
    """How a certificate stands on `today`: what was decided about it goes before its dates.

    The last day of validity is still valid. `expiring` is valid for 60 days or fewer. Source: domain.md 7.3.
    """
    if state == "revoked":
        return "revoked"
    if state == "suspended":
        return "suspended"
    if today < issued_on:
        return "not_yet"
    if today > valid_until:
        return "expired"
    return "expiring" if (valid_until - today).days <= EXPIRING_DAYS else "valid"


def certificate_fault(kind: str, *, origin: str | None, organisation_kind: str) -> str | None:
    """Why somebody of this origin cannot be issued a certificate of this kind, in Chinese; None when they can.

    Without an origin (no account, or one that goes nowhere) it is the organisation that says where they belong.
    """
    fitting = CERTIFICATES[kind].origins
    if fitting is None or (origin or organisation_kind) in fitting:
        return None
    whom = "、".join(words for one, words in MEMBER_ORIGINS.items() if one in fitting)
    others = "或".join(one.words for one in CERTIFICATES.values() if one.origins is None)
    return f"{CERTIFICATES[kind].words}只发给{whom}的人员（{CERTIFICATES[kind].source}），其他人请发{others}。"


def counts_as_valid(state: CertificateState) -> bool:
    """Whether a holder may supervise with it."""
    return state in ("valid", "expiring")


def locked_until(failures: Sequence[datetime], *, limit: int, window: timedelta) -> datetime | None:
    """Until when sign-ins are refused; none when they are not. `failures`: moments within the window, in any order.

    With `limit` failures or more the lock lasts until the one that made it `limit` leaves the window.
    """
    if len(failures) < limit:
        return None
    return sorted(failures)[-limit] + window


def username_faults(username: str) -> list[str]:
    """What is wrong with a new user name, in Chinese; empty when it may be used."""
    if _USERNAME.fullmatch(username):
        return []
    return ["账号为 3–60 个字符：小写字母、数字、点、横线或下划线，首尾为字母或数字。"]


def role_faults(*, roles: Collection[str], organisation_kind: str, origin: str | None) -> list[str]:
    """Why a person of this organisation cannot have these roles; empty when they can, or have none.

    A liaison speaks for the supervised, so a liaison is nothing else. A supervisor or lead must come from a body that
    sends members. The 法制科 of an agency is such a body, so an agency's member with that origin may supervise.
    Source: domain.md 7.1.
    """
    found = []
    if "liaison" in roles and len(roles) > 1:
        found.append("联络员代表被监督的行政执法机关，不能同时担任其他角色。")
    if "liaison" in roles and organisation_kind != "agency":
        found.append("联络员必须属于行政执法机关。")
    goes_along = not set(FIELD_ROLES).isdisjoint(roles)
    if goes_along and not origin:
        found.append("监督员和组长必须注明组成来源。")
    elif goes_along and organisation_kind == "agency" and origin != "legal_unit":
        found.append("行政执法机关的人员只能以“执法部门法制科”身份参加监督。")
    if organisation_kind not in _JUSTICE:
        found += [words for role, words in _OF_JUSTICE.items() if role in roles]
    return found


def origin_faults(*, organisation_kind: str, origin: str | None) -> list[str]:
    """Why a person of this organisation cannot come into the groups by this origin; empty when they can, or by none.

    Who sends somebody is where they belong: a member of the 人大 comes from the 人大. The 司法局 and its 司法所 are one
    body. Source: domain.md 7.1.
    """
    if {organisation_kind, origin} <= _JUSTICE:
        return []
    fitting = "legal_unit" if organisation_kind == "agency" else organisation_kind
    if origin is None or origin == fitting:
        return []
    if fitting not in MEMBER_ORIGINS:
        return ["这个机构不派监督人员。"]
    return [f"组成来源与所属机构不符，应为“{MEMBER_ORIGINS[fitting]}”。"]


def token_hash(token: str) -> str:
    """What is kept of a token. It is random, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
