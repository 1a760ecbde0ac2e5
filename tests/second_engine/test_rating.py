"""The rating pages in WebKit: no stranger's words after Back, nothing lost by a mistake, the code another day."""

from pathlib import Path
from typing import Any

import pytest
from citizens import make_poster
from factories import make_checklist_version, make_photo
from personas import make_county
from sqlalchemy import select
from webkit_driver import Session, until

from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import ContactPoint
from fieldapp.ratings.models import Rating, RatingPhoto

CHECKED = "return document.querySelectorAll('input[type=radio]:checked, input[type=checkbox]:checked').length"
RATING = "请您评价行政执法"

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def code(live_app: Any) -> str:
    """The code of a poster that takes many ratings."""
    make_checklist_version()
    county = make_county()
    point = ContactPoint(id="0191aaaa-0000-7000-8000-000000000001", name="滨河社区联系点", kind="community",
                         locality_id=county.liuwan.id)  # fmt: skip
    with unit_of_work() as session:
        session.add(point)
    return str(make_poster(county.wu, contact_point_id=point.id).code)


def rate(citizen: Session, level: str, words: str) -> str:
    """Fills in the open form and sends it; gives the 查询码."""
    citizen.click(f"label[for={level}]")
    citizen.type("#comment", words)
    citizen.click(".send button")
    return receipt_of(citizen)


def receipt_of(citizen: Session) -> str:
    """The 查询码 on the page to which a rating leads."""
    citizen.shows("h1", "已收到您的评价")
    return citizen.text(".receipt__code").replace(" ", "").replace("-", "")


def test_who_goes_back_finds_an_empty_form_and_the_next_citizen_is_counted_apart(
    live_server: Any, code: str, new_session: Any
) -> None:
    phone = new_session()
    phone.open(f"/r/{code}")
    said = [("level-1", "第一个人的话"), ("level-5", "第二个人的话")]
    receipts = []
    for level, words in said:
        receipts.append(rate(phone, level, words))
        phone.back()
        phone.shows("h1", RATING)
        until(lambda: phone.is_shown("html") and phone.value("#comment") == "", "a stranger's words after Back")
        assert phone.run(CHECKED) == 0

    assert len(set(receipts)) == 2
    ratings = db.session.scalars(select(Rating).order_by(Rating.submitted_at)).all()
    assert [(f"level-{one.level}", one.comment) for one in ratings] == said


def test_who_mistypes_is_led_to_the_field_and_loses_neither_word_nor_photo(
    live_server: Any, code: str, new_session: Any, tmp_path: Path
) -> None:
    picture = tmp_path / "现场.jpg"
    picture.write_bytes(make_photo(800, 600))
    citizen = new_session()
    citizen.open(f"/r/{code}")
    citizen.click("label[for=level-1]")
    citizen.type("#comment", "当时没有出示证件")
    citizen.choose_file("#photos", picture)
    citizen.click("details.card summary")
    citizen.type("#phone", "打给我")
    citizen.click("label[for=may-call]")
    citizen.click(".send button")
    until(lambda: citizen.run("return document.activeElement.id") == "faults", "what is wrong is not read out")
    citizen.click("#faults a[href='#phone']")
    until(lambda: citizen.run("return document.activeElement.id") == "phone", "the field is not shown")
    assert citizen.value("#comment") == "当时没有出示证件"
    citizen.clear("#phone")
    citizen.type("#phone", "000 0000 0001")
    citizen.click(".send button")

    receipt_of(citizen)
    rating = db.session.scalars(select(Rating)).one()
    assert (rating.level, rating.comment) == (1, "当时没有出示证件")
    assert len(db.session.scalars(select(RatingPhoto)).all()) == 1


def test_the_code_leads_another_day_to_the_status_where_something_can_be_added_once(
    live_server: Any, code: str, new_session: Any
) -> None:
    citizen = new_session()
    citizen.open(f"/r/{code}")
    receipt = rate(citizen, "level-2", "等了很久")

    later = new_session()
    later.open("/r/status")
    later.type("#code", f"{receipt[:4]}-{receipt[4:8]} {receipt[8:]}".lower())
    later.click(".send button")
    until(lambda: later.count(".receipt__code"), "the code leads nowhere")
    later.type("#words", "后来补来了一张告知书")
    later.click("form[action*=status] button")
    later.shows("main", "您的追评")
    later.back()
    later.shows("main", receipt[:4])
    until(lambda: not later.count("#words") or later.value("#words") == "", "the words stand there after Back")
