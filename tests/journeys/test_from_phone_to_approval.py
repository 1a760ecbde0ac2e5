"""The whole story once, on both databases: filed, returned, filed again, approved, and checked by a stranger."""

import re
from typing import Any

import pytest
from conftest import PageReader
from factories import make_checklist_version, make_photo, make_visit, observation_body
from flask import Flask
from personas import County

from fieldapp import ids
from fieldapp.audit.queries import verify_chain


@pytest.fixture
def story(app: Flask, county: County) -> dict[str, Any]:
    return {
        "visit": make_visit(group=county.first_group, agency=county.work_safety_agency),
        "version": make_checklist_version(items=None),
        "record": ids.mint(),
        "photo": ids.mint(),
        "bytes": make_photo(1200, 900, text="灭火器"),
    }


def with_photo(story: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A record in which the officers did not show their papers, with a photo at that item."""
    answer = {"value": "no", "note": "进门时未出示执法证件", "evidence": [story["photo"]]}
    return observation_body(story["visit"], story["version"], answers={"B01": answer}, **changes)


def test_from_the_scene_to_an_approved_record(story: dict[str, Any], county: County, signed_in, client: PageReader):
    zhang, qian = signed_in(county.zhang_san), signed_in(county.qian)
    address = f"/api/v1/observations/{story['record']}"

    # The phone fetches what it needs, and the record goes up, words first.
    pack = zhang.api_get("/api/v1/pack").json
    assert [visit["id"] for visit in pack["visits"]] == [story["visit"].id]
    assert sum(len(part["items"]) for part in pack["checklist_versions"][0]["categories"]) == 48
    draft = zhang.api_put(address, with_photo(story, state="draft"))
    assert draft.status_code == 200, draft.json
    first = zhang.api_put(address, with_photo(story, revision=2))
    assert first.status_code == 200, first.json
    assert first.json["missing_evidence"] == [story["photo"]]
    assert first.json == zhang.api_put(address, with_photo(story, revision=2) | _same_party(zhang, address)).json

    # The photo follows, and now the record is complete.
    sent = zhang.send_file(story["bytes"], evidence_id=story["photo"], observation=story["record"], item="B01")
    assert sent.status_code == 201, sent.json
    assert sent.json["receipt"]["kind"] == "evidence"
    assert zhang.api_get(address).json["evidence_arrived"] == 1

    # The lead reads it and sends it back with a comment at the item.
    number = first.json["number"]
    assert number in qian.get("/review/").get_data(as_text=True)
    page = qian.get(f"/review/records/{story['record']}").get_data(as_text=True)
    assert "进门时未出示执法证件" in page
    returned = qian.post_form(
        f"/review/records/{story['record']}/return",
        {"revision": "2", "comment": "请补充", "item-B01": "写明在场的是哪两位执法人员"},
    )
    assert returned.status_code == 302, returned.get_data(as_text=True)

    # The comments and the photo come back to the phone; a corrected revision goes up.
    back = zhang.api_get("/api/v1/pack").json["returned"]
    assert [record["id"] for record in back] == [story["record"]]
    assert back[0]["review"]["items"] == {"B01": "写明在场的是哪两位执法人员"}
    assert [file["id"] for file in back[0]["evidence"]] == [story["photo"]]
    assert zhang.get(back[0]["evidence"][0]["original_url"]).data == story["bytes"]
    again = with_photo(story, revision=3, base_revision=2, summary="补充：在场的是陈一、林二。")
    third = zhang.api_put(address, again)
    assert third.status_code == 200, third.json
    assert third.json["number"] == number
    assert third.json["missing_evidence"] == []

    # The lead approves; from then on nobody changes it.
    approved = qian.post_form(f"/review/records/{story['record']}/approval", {"revision": "3", "comment": ""})
    assert approved.status_code == 302, approved.get_data(as_text=True)
    assert zhang.api_get(address).json["state"] == "approved"
    assert zhang.api_put(address, with_photo(story, revision=4, base_revision=3)).status_code == 423

    # A stranger with the receipt sees that it stands, and nobody's name.
    stranger = client.get(f"/verify/receipt/{story['record']}").get_data(as_text=True)
    assert third.json["receipt"]["digest"][:8] in stranger
    assert not re.search("张三|某某五金厂|陈一|000-0000-0001", stranger)
    links, first_break = verify_chain()
    assert links > 5
    assert first_break is None


@pytest.mark.parametrize("who", ["wang_wu", "sun", "chen", "zheng"])
def test_others_learn_nothing_of_the_record(story: dict[str, Any], county: County, signed_in, who: str):
    zhang = signed_in(county.zhang_san)
    zhang.api_put(f"/api/v1/observations/{story['record']}", with_photo(story))
    zhang.send_file(story["bytes"], evidence_id=story["photo"], observation=story["record"], item="B01")

    other = signed_in(getattr(county, who))

    assert other.api_get(f"/api/v1/observations/{story['record']}").status_code == 404
    assert other.get(f"/api/v1/evidence/{story['photo']}/original").status_code == 404
    assert other.get(f"/review/records/{story['record']}").status_code in (403, 404)
    assert other.api_put(f"/api/v1/observations/{story['record']}", with_photo(story)).status_code in (403, 404)


def test_nobody_reviews_their_own_record(story: dict[str, Any], county: County, signed_in):
    qian = signed_in(county.qian)
    filed = qian.api_put(f"/api/v1/observations/{story['record']}", observation_body(story["visit"], story["version"]))
    assert filed.status_code == 200, filed.json

    refused = qian.post_form(f"/review/records/{story['record']}/approval", {"revision": "1"})

    assert refused.status_code == 403
    assert qian.api_get(f"/api/v1/observations/{story['record']}").json["state"] == "submitted"


def _same_party(phone: PageReader, address: str) -> dict[str, Any]:
    """The party as it was sent: its salt is random, so a repeated filing has to carry the same one."""
    return {"party": phone.api_get(address).json["body"]["party"]}
