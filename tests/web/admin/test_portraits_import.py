"""Portraits come in a zip, named by number: what would change is shown, and only then written."""

import io
import re
from datetime import date, timedelta
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import time_machine
from factories import make_certificate, make_photo

from fieldapp.clock import now
from fieldapp.errors import Refused
from fieldapp.evidence import portrait_packages
from fieldapp.people import certificates, portraits
from fieldapp.people.certificates import CertificateDraft

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ADDRESS = "/admin/certificates/portraits"


def packed(files):
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return made.getvalue()


def look(desk, content):
    answer = desk.post_form(ADDRESS, {"file": (io.BytesIO(content), "照片.zip")}, content_type="multipart/form-data")
    return answer.get_data(as_text=True), answer.status_code


def test_what_would_change_is_shown_and_nothing_is_written_before_it_is_confirmed(county, signed_in):
    known = {name: make_certificate(county.chen, number=f"云执监证 00000{name}") for name in (1, 2, 3)}
    portraits.keep(None, known[2].id, make_photo(20, 30))
    desk, photo = signed_in(county.wu), make_photo(40, 50)
    content = packed({
        "照片/云执监证000001.JPG": photo, "..\\..\\云执监证 000002.jpg": photo, "名单.xlsx": b"PK",
        "没有的编号.jpg": photo, "__MACOSX/._x.jpg": b"x", "云执监证 000001.png": photo,
        "云执监证 000003.jpg": b"not a picture",
    })  # fmt: skip

    page, status = look(desk, content)

    assert status == 200
    lines = dict(re.findall(r"<tr><td>([^<]+)</td><td>[^<]*</td><td>([^<]+)</td>", page))
    assert lines["云执监证000001.JPG"] == "新增照片"
    assert lines["云执监证 000002.jpg"] == "替换照片"
    assert "不是照片" in lines["名单.xlsx"]
    assert "没有这个编号" in lines["没有的编号.jpg"]
    assert "同一编号有两张" in lines["云执监证 000001.png"]
    assert "打不开" in lines["云执监证 000003.jpg"]
    assert not portraits.has(known[1].id)

    ticket = re.search(r'name="ticket" value="([0-9a-f]{64})"', page)[1]
    assert desk.post_form(f"{ADDRESS}/writing", {"ticket": ticket}).status_code == 302
    assert portraits.has(known[1].id)
    assert not portraits.has(known[3].id)
    again, _ = look(desk, content)
    assert "没有要保存的照片" in again


def test_what_was_looked_through_waits_two_hours_for_whoever_did_and_then_is_gone(county):
    card = make_certificate(county.chen, number="A-1")
    found = portrait_packages.look_through(county.wu, packed({"A-1.jpg": make_photo(40, 50)}))

    for ticket in (found.ticket[::-1], "../" * 10):
        with pytest.raises(Refused):
            portrait_packages.write(county.wu, ticket)
    with time_machine.travel(now() + timedelta(hours=3)), pytest.raises(Refused, match="已经不在"):
        portrait_packages.write(county.wu, found.ticket)
    with time_machine.travel(now() + timedelta(hours=3)):
        portrait_packages.forget_old(now())
    with pytest.raises(Refused, match="已经不在"):
        portrait_packages.write(county.wu, found.ticket)
    assert not portraits.has(card.id)


def test_a_zip_made_to_harm_is_refused_in_words(county):
    bomb = packed({f"{number}.jpg": b"\0" * 3_000_000 for number in range(90)})
    assert len(bomb) < 1_000_000
    many = packed({f"{number}.jpg": b"x" for number in range(101)})
    truncated = packed({"A-1.jpg": make_photo(40, 50)})[:-30]

    for content, words in ((bomb, "太大"), (many, "一次最多"), (b"PK\x03\x04 no zip", "打不开"), (truncated, "打不开"),
                           (packed({}), "没有照片")):  # fmt: skip
        with pytest.raises(Refused, match=words):
            portrait_packages.look_through(county.wu, content)


def test_who_may_hold_which_certificate_is_asked_when_it_is_issued(county):
    def draft(kind, **given):
        holder = given.pop("holder")
        return CertificateDraft(
            f"证 {kind} {holder.name}", holder.name, holder.organisation_id, date(2030, 1, 1), date(2031, 1, 1),
            holder.id, kind,
        )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        certificates.issue(county.wu, draft("inspector", holder=county.li_si))
    (fault,) = refusal.value.faults
    assert fault.pointer == "/kind"
    assert "只发给司法局、司法所的人员" in fault.detail
    assert "第二十三条" in fault.detail
    assert certificates.issue(county.wu, draft("letter", holder=county.li_si))
    assert certificates.issue(county.wu, draft("invited", holder=county.wang_wu))
    assert certificates.issue(county.wu, draft("inspector", holder=county.chen))
