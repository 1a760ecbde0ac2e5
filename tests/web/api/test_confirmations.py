"""A second supervisor confirms a record: filed whoever says it, counting from who went along and read these words."""

from types import SimpleNamespace

import pytest
from confirmations_kit import confirmation_body
from factories import make_certificate, make_checklist_version, make_group, make_user, make_visit, observation_body

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.errors import Locked
from fieldapp.extensions import db
from fieldapp.keeping.verification import verify
from fieldapp.observations import marks
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations


@pytest.fixture
def scene(county, signed_in):
    """A record by 张三 of a visit of a group to which 李四 belongs, submitted."""
    second = make_user("李四", organisation=county.bureau)
    make_certificate(second)
    group = make_group(county.qian, [county.zhang_san, second], locality=county.liuwan)
    made = SimpleNamespace(
        county=county, second=second, visit=make_visit(group=group, agency=county.work_safety_agency),
        version=make_checklist_version(), record=ids.mint(), signed_in=signed_in,
    )  # fmt: skip
    made.receipt = submit(made)
    return made


def submit(scene, revision=1, **changes):
    body = observation_body(scene.visit, scene.version, revision=revision, **changes)
    answer = scene.signed_in(scene.county.zhang_san).api_put(f"/api/v1/observations/{scene.record}", body)
    assert answer.status_code == 200, answer.json
    return answer.json["receipt"]


def confirm(scene, person=None, **changes):
    confirmation = ids.mint()
    body = confirmation_body(scene.visit, scene.record, scene.receipt, **changes)
    answer = scene.signed_in(person or scene.second).api_put(f"/api/v1/confirmations/{confirmation}", body)
    return confirmation, answer


def desk(scene, address=""):
    page = scene.signed_in(scene.county.qian).get(f"/review/{address}")
    assert page.status_code == 200
    return page.get_data(as_text=True)


def section(scene, name, person):
    return scene.signed_in(person).api_get("/api/v1/pack").json[name]


def test_a_confirmation_has_its_receipt_and_reaches_lead_author_and_public_page(scene, client):
    (asked,) = section(scene, "to_confirm", scene.second)
    assert (asked["id"], asked["digest"], asked["revision"]) == (scene.record, scene.receipt["digest"], 1)
    assert asked["body"]["answers"]
    assert "party" not in asked["body"]
    assert section(scene, "to_confirm", scene.county.zhang_san) == []
    assert "待第二名监督人员确认" in desk(scene)

    confirmation, answer = confirm(scene)

    assert answer.json["receipt"]["kind"] == "confirmation"
    assert "第二名监督人员已确认" in desk(scene)
    page = desk(scene, f"records/{scene.record}")
    assert "李四" in page
    assert "确认属实" in page
    assert section(scene, "to_confirm", scene.second) == []
    (said,) = section(scene, "confirmed", scene.county.zhang_san)
    assert (said["observation"], said["by"]["name"], said["outcome"], said["mine"]) == (
        scene.record, "李四", "confirmed", False,
    )  # fmt: skip
    public = client.get(f"/verify/receipt/{scene.record}").get_data(as_text=True)
    assert "第二名监督人员已确认" in public
    assert "李四" not in public
    assert f'"observation":"{scene.record}"' in audit.of_subject(confirmation)[-1].details
    assert verify().first is None


def test_deviations_stand_item_by_item_beside_the_record(scene):
    deviations = [{"item": "B01", "reason": "进门时没有亮证，过后才补。", "value": "no"}]

    _, answer = confirm(scene, deviations=deviations)

    assert answer.status_code == 200
    page = desk(scene, f"records/{scene.record}")
    assert "第二名监督人员有不同意见" in page
    assert "进门时没有亮证，过后才补。" in page


def test_a_new_revision_waits_to_be_confirmed_again(scene):
    confirm(scene)
    operations.return_to_author(scene.county.qian, scene.record, revision=1, comment="补一句", items={})

    again = submit(scene, 2, summary="补了一句。")

    assert "待再确认" in desk(scene, f"records/{scene.record}")
    (asked,) = section(scene, "to_confirm", scene.second)
    assert (asked["revision"], asked["digest"], asked["again"]) == (2, again["digest"], True)


def test_what_was_submitted_is_final_and_the_same_once_more_is_the_same(scene):
    confirmation, first = confirm(scene)
    put = scene.signed_in(scene.second).api_put
    body = confirmation_body(scene.visit, scene.record, scene.receipt)

    assert put(f"/api/v1/confirmations/{confirmation}", body).json["receipt"] == first.json["receipt"]
    assert put(f"/api/v1/confirmations/{confirmation}", body | {"revision": 2, "base_revision": 1}).status_code == 423


@pytest.mark.parametrize(
    ("who", "changes", "words"),
    [
        ("zhang_san", {}, "本人的记录"),
        ("stranger", {}, "不在这次活动的监督组"),
        ("own", {}, "本单位"),
        ("second", {"observation_digest": "0" * 64}, "核对的内容与服务器上的不一致"),
        ("second", {"observation": "01910000-0000-7000-8000-000000000000"}, None),
    ],
)
def test_who_may_not_is_heard_and_marked_and_does_not_count(scene, who, changes, words):
    county = scene.county
    people = {"zhang_san": county.zhang_san, "second": scene.second}
    if who == "own":
        people["own"] = make_user("法制科", organisation=county.work_safety_agency, origin="legal_unit")
    person = people.get(who) or make_user("别组的人", organisation=county.bureau)

    _, answer = confirm(scene, person, **changes)

    assert answer.status_code == 200
    assert answer.json["receipt"]
    page = desk(scene, f"records/{scene.record}")
    assert "待第二名监督人员确认" in page
    assert words is None or f"不计：{words}" in page


def test_what_is_wrong_is_said_by_pointer(scene):
    refused = confirm(scene, deviations=[{"item": "B01", "reason": ""}])[1]
    unknown = confirm(scene, visit=ids.mint())[1]
    short = confirm(scene, observation_digest="abc")[1]

    assert (refused.status_code, unknown.status_code, short.status_code) == (422, 422, 422)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/deviations/0/reason"]
    assert [one["pointer"] for one in unknown.json["errors"]] == ["/visit"]
    assert [one["pointer"] for one in short.json["errors"]] == ["/observation_digest"]


def test_who_confirms_was_there_so_one_record_of_an_ad_hoc_visit_can_be_approved(county, scene):
    scene.visit = make_visit(
        group=scene.visit.group, agency=county.work_safety_agency, is_ad_hoc=True, created_by=county.zhang_san
    )
    scene.record = ids.mint()
    scene.receipt = submit(scene)
    row = db.session.get(Observation, scene.record)
    assert marks.of(row) == ("single",)

    confirm(scene)

    assert marks.of(row) == ()
    assert operations.approve(county.qian, scene.record, revision=1).decision == "approve"


def test_where_the_bureau_asks_for_it_nothing_is_approved_without(scene, app, monkeypatch):
    settings = app.config["SETTINGS"].model_copy(update={"confirmation": "required"})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    with pytest.raises(Locked, match="待第二名监督人员确认"):
        operations.approve(scene.county.qian, scene.record, revision=1)

    confirm(scene, deviations=[{"item": "B01", "reason": "没有亮证"}])

    assert operations.approve(scene.county.qian, scene.record, revision=1).decision == "approve"
