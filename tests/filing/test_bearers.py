"""What bears an id is known by the name that people call it by, and no id is given twice."""

import pytest
from factories import make_visit
from sqlalchemy import Column, String

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing import bearers, devices
from fieldapp.filing.devices import Heartbeat

BLANK = Heartbeat(0, 0, None, 0, "1", {}, [])


def test_what_bears_ids_without_being_filed_has_words_for_people():
    assert bearers.words() == {"device": "设备", "rating_code": "群众码", "visit": "监督活动"}
    bearers.words().clear()
    assert bearers.words(), "what somebody does with the answer changes nothing"


def test_a_name_is_given_once():
    kept = bearers.words(), bearers.part()

    with pytest.raises(ValueError, match="there are visit already"):
        bearers.register("visit", "别的", Column("id", String))

    assert (bearers.words(), bearers.part()) == kept


def test_each_id_is_said_to_belong_to_what_bears_it_and_a_new_one_to_nothing(county):
    visit, phone, unknown = make_visit(group=county.first_group), ids.mint(), ids.mint()
    devices.report(county.zhang_san, phone, BLANK)
    asked = [visit.id, phone, unknown]

    def found(**said):
        return bearers.bearers_of(db.session.connection(), asked, **said)

    assert found() == {visit.id: "visit", phone: "device"}
    assert found(but=("visit",)) == {phone: "device"}
    assert found(but=("visit", "device")) == {}
    assert bearers.bearers_of(db.session.connection(), []) == {}
