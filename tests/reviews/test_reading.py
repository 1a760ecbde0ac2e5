"""A record laid out for reading."""

import pytest

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing.signatures import words_digest
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations, queries
from fieldapp.reviews.reading import read

PARTY = {"kind": "enterprise", "name": "某某五金厂", "salt": "0" * 32}


def reading(record, revision=None):
    return read(db.session.get(Observation, record, populate_existing=True), revision)


def test_problems_come_first_and_every_item_of_the_sheet_is_shown_once(county, file_record):
    record = file_record(
        county.zhang_san, answers={"B02": {"value": "no", "note": "未告知"}, "B03": {"value": "not_observed"}}
    )

    shown = reading(record)

    assert [line.item.code for line in shown.problems] == ["B02"]
    codes = [line.item.code for _, lines in shown.sections for line in lines]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(shown.body["answers"])
    assert shown.party["name"] == "某某五金厂"
    assert (shown.is_head, shown.changed_words) == (True, [])


def test_what_changed_since_the_last_reading_is_marked(county, file_record):
    record = file_record(county.zhang_san, summary="一")
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={"B01": "写明时间"})
    file_record(
        county.zhang_san, record=record, revision=2, summary="二", answers={"B01": {"value": "no", "note": "10:05"}}
    )

    shown = reading(record)

    lines = {line.item.code: line for _, lines in shown.sections for line in lines}
    changed = {code for code, line in lines.items() if line.has_changed}
    assert changed == {"B01"}
    assert lines["B01"].before["value"] == "yes"
    assert lines["B01"].asked == "写明时间"
    assert lines["B02"].before is None
    assert shown.changed_words == ["summary"]


def test_the_feed_says_who_did_what_in_order(county, file_record):
    record = file_record(county.zhang_san)
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={"B01": "时间？"})
    file_record(county.zhang_san, record=record, revision=2, state="draft")
    file_record(county.zhang_san, record=record, revision=3)
    operations.approve(county.zhou, record, revision=3, comment="好")

    feed = reading(record).feed

    assert [(one.who, one.what, one.revision) for one in feed] == [
        ("张三", "提交", 1), ("钱组长", "退回补充", 1), ("张三", "重新提交", 3), ("周局长", "审核通过", 3),
    ]  # fmt: skip
    assert feed[1].items == {"B01": "时间？"}


def test_what_an_author_types_after_a_return_is_not_shown_before_it_is_submitted(county, file_record, signed_in):
    record = file_record(county.zhang_san, summary="第一版")
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={})
    file_record(county.zhang_san, record=record, revision=2, state="draft", summary="还在写")

    shown = reading(record)

    assert (shown.revision.revision, shown.body["summary"], shown.is_head) == (1, "第一版", True)
    with pytest.raises(NotFound):
        reading(record, 2)
    url = f"/api/v1/observations/{record}"
    assert signed_in(county.qian).api_get(url).json["body"]["summary"] == "第一版"
    own = signed_in(county.zhang_san).api_get(url).json
    assert (own["body"]["summary"], own["revision"]) == ("还在写", 2)
    file_record(county.zhang_san, record=record, revision=3, summary="第三版")
    assert [one.revision for one in reading(record).revisions] == [1, 2, 3], "now it is history"


def test_an_old_revision_stays_readable_and_one_that_never_was_is_not_found(county, file_record):
    record = file_record(county.zhang_san, summary="一")
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={})
    file_record(county.zhang_san, record=record, revision=2, summary="二")

    old = reading(record, 1)

    assert (old.body["summary"], old.is_head) == ("一", False)
    with pytest.raises(NotFound):
        reading(record, 7)


def test_an_erased_party_is_gone_and_the_record_still_reads(county, file_record):
    from fieldapp.errors import NotAllowed
    from fieldapp.filing.persons import erase as erase_person

    record = file_record(county.zhang_san)
    with pytest.raises(NotAllowed):
        erase_person(county.qian, record, 1, reason="本人申请")
    erase_person(county.wu, record, 1, reason="本人申请")

    assert reading(record).party is None
    with pytest.raises(NotFound):
        erase_person(county.wu, record, 9, reason="本人申请")


def test_the_newest_decision_is_what_the_phone_is_told(county, file_record):
    record = file_record(county.zhang_san)
    observation = db.session.get(Observation, record)
    assert queries.last_wire(observation) is None
    operations.return_to_author(county.qian, record, revision=1, comment="一", items={})
    file_record(county.zhang_san, record=record, revision=2)
    operations.return_to_author(county.qian, record, revision=2, comment="二", items={"B01": "x"})

    told = queries.last_wire(observation)

    assert (told["revision"], told["comment"], told["items"], told["reviewer"]) == (2, "二", {"B01": "x"}, "钱组长")
    assert [review.comment for review in queries.of_observation(record)] == ["一", "二"]


def test_the_lead_is_told_whose_signature_was_made_over_other_words(county, file_record, signed_in):
    over = signed_words(county, file_record)
    stale, good = {"refused": "不愿签", "digest": over}, {"refused": "称无权签字", "witness": "陈一", "digest": over}

    same = file_record(county.zhang_san, party=PARTY, signatures={"officers": good})
    changed = file_record(county.zhang_san, party=PARTY, summary="后来加的话", signatures={"party": stale})

    assert reading(same).signed_before_changes == []
    assert reading(changed).signed_before_changes == ["当事人"]
    lead = signed_in(county.qian)
    page = lead.get(f"/review/records/{changed}").get_data(as_text=True)
    assert "签名后内容有改动：当事人" in page
    assert "拒签后内容有改动" in page
    page = lead.get(f"/review/records/{same}").get_data(as_text=True)
    assert "有改动" not in page
    assert "拒绝签名：称无权签字（见证人：陈一）" in page


def signed_words(county, file_record):
    """The digest that a phone takes of the words of such a record before it is signed."""
    return words_digest(reading(file_record(county.zhang_san, party=PARTY)).body)


def returned_with_comments(county, file_record):
    record = file_record(county.zhang_san)
    asked = {"B01": "写明几点", "B02": "谁说的？", "B03": "补照片"}
    operations.return_to_author(county.qian, record, revision=1, comment="总的补一补", items=asked)
    ids = {one["item"]: one["id"] for one in queries.last_wire(db.session.get(Observation, record))["comments"]}
    return record, ids


def test_the_lead_sees_how_each_comment_was_answered(county, file_record, signed_in):
    record, ids = returned_with_comments(county, file_record)
    replies = {
        ids["B01"]: {"how": "changed"},
        ids["B03"]: {"how": "changed"},
        ids["B02"]: {"how": "explained", "words": "当时无人在场"},
        ids[None]: {"how": "explained", "words": " "},
    }
    file_record(
        county.zhang_san, record=record, revision=2, replies=replies,
        answers={code: {"value": "na", "note": "x"} for code in ("B01", "B03")},
    )  # fmt: skip

    shown = reading(record)

    assert shown.reply_words == "4 条意见：2 条已改，1 条说明，1 条没有答复"
    assert [(one.item, one.how, one.words) for one in shown.replies] == [
        (None, "", ""), ("B01", "changed", ""), ("B02", "explained", "当时无人在场"), ("B03", "changed", ""),
    ]  # fmt: skip
    page = signed_in(county.qian).get(f"/review/records/{record}").get_data(as_text=True)
    assert "4 条意见：2 条已改，1 条说明，1 条没有答复" in page
    assert "当时无人在场" in page
    assert page.count('<details class="card fold" open>') == 1, "the part of the sheet with comments lies open"


def test_a_return_that_waits_for_its_answer_is_not_called_unanswered(county, file_record):
    record, _ = returned_with_comments(county, file_record)

    assert reading(record).reply_words == ""
    assert {line.asked for _, lines in reading(record).sections for line in lines if line.asked} == {
        "写明几点", "谁说的？", "补照片",
    }  # fmt: skip
    file_record(county.zhang_san, record=record, revision=2)
    assert reading(record).reply_words == "4 条意见：4 条没有答复"
    assert reading(record, 1).reply_words == ""


def test_an_item_that_is_said_to_be_changed_and_is_not_is_told_as_that(county, file_record, signed_in):
    record, ids = returned_with_comments(county, file_record)
    replies = {one: {"how": "changed"} for one in ids.values()}

    file_record(
        county.zhang_san, record=record, revision=2, replies=replies, answers={"B03": {"value": "na", "note": "x"}}
    )

    assert reading(record).reply_words == "4 条意见：2 条已改，2 条写了已改、这一项没有变化"
    assert "写了已改、这一项没有变化" in signed_in(county.qian).get(f"/review/records/{record}").get_data(as_text=True)


def test_whoever_taps_the_same_answer_again_has_changed_nothing(county, file_record):
    record, ids = returned_with_comments(county, file_record)
    again = {**reading(record).body["answers"]["B01"], "at_ms": 999_000}

    file_record(
        county.zhang_san, record=record, revision=2, replies={ids["B01"]: {"how": "changed"}}, answers={"B01": again}
    )

    shown = reading(record)
    assert {one.item: one.how for one in shown.replies}["B01"] == "claimed"
    assert not any(line.has_changed for _, lines in shown.sections for line in lines)


def test_answers_to_an_earlier_return_are_none_to_the_next(county, file_record):
    record, ids = returned_with_comments(county, file_record)
    replies = {one: {"how": "changed"} for one in ids.values()}
    file_record(county.zhang_san, record=record, revision=2, replies=replies)
    operations.return_to_author(county.qian, record, revision=2, comment="再补", items={"B01": "还是没写"})
    file_record(county.zhang_san, record=record, revision=3, replies=replies)

    assert reading(record).reply_words == "2 条意见：2 条没有答复"
