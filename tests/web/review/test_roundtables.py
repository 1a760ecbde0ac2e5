"""座谈 at the desk: sent twice, gone back to, overtaken, interrupted: filed once, and nothing typed is lost."""

import io
from html import unescape

import pytest
from desk_pages import form_at, forms_of, send
from factories import PASSWORD, make_photo, make_user, make_visit, roundtable_body

from fieldapp import ids
from fieldapp.evidence import queries as evidence
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import kinds, operations, persons, receipts, records
from fieldapp.filing.wire import parse
from fieldapp.keeping.verification import verify
from fieldapp.people.models import SignIn
from fieldapp.roundtables.models import Roundtable

NEW = "/review/roundtables/new"
WRITTEN = {
    "topic": "涉企检查座谈<b>&", "day": "2026-11-23", "time": "14:30", "place": "三楼会议室", "chair": "钱二",
    "present-count": "3", "point-origin": "enterprise", "point-text": "检查前说一声。", "consensus": "一次查完。",
    "action-what": "公布计划", "action-who": "法制科", "action-due": "2026-12-31", "person-name": "某丙",
    "person-unit": "某厂", "consent": "roundtable-2026-1",
}  # fmt: skip


@pytest.fixture
def lead(county, signed_in):
    return signed_in(county.qian)


def stored():
    db.session.expire_all()
    return db.session.query(Roundtable).order_by(Roundtable.id).all()


def body_of(row):
    return records.body_of(records.revisions_of(kinds.of("roundtable"), row.id)[-1])


def words_of(answer):
    return unescape(answer.get_data(as_text=True))


def form_in(answer, path=NEW):
    return forms_of(answer.get_data(as_text=True), path)[0]


def in_another_key(form, other):
    """The same form as another rendering of its page would send it: not stopped as the same press."""
    form.fields = [(name, other.value(name) if name == "form_key" else value) for name, value in form.fields]
    return form


def test_what_is_written_is_filed_read_and_submitted_with_a_number_and_a_receipt(county, lead):
    form = form_at(lead, NEW)

    saved = send(lead, form, **WRITTEN)
    [row] = stored()
    page = words_of(lead.get(saved.location))

    assert saved.location == f"/review/roundtables/{row.id}"
    assert row.id == form.value("record")
    assert (row.state, row.author_id, row.present_count) == ("draft", county.qian.id, 3)
    for said in (
        "涉企检查座谈<b>&", "已存为草稿", "检查前说一声。", "一次查完。", "公布计划", "法制科", "2026-12-31",
        "某丙", "某厂", "人大代表 3 人", "已向到场的人告知", "2026-11-23 14:30",
    ):  # fmt: skip
        assert said in page, said
    assert "还缺" not in page

    again = form_at(lead, f"{saved.location}/edit")
    assert {name: again.value(name) for name in ("topic", "day", "time")} == {
        name: WRITTEN[name] for name in ("topic", "day", "time")
    }
    assert ("point-text", "检查前说一声。") in again.fields
    assert ("person-name", "某丙") in again.fields
    submitted = send(lead, again, do="submit")

    [row] = stored()
    assert (row.state, row.head_revision, row.number[:3]) == ("submitted", 2, "ZT-")
    assert row.number in words_of(lead.get(submitted.location))
    assert body_of(row)["points"] == [{"origin": "enterprise", "text": "检查前说一声。"}]
    assert persons.person_of(row.id, 2)["named"] == [{"name": "某丙", "unit": "某厂", "origin": ""}]
    assert [receipt.revision for receipt in receipts.all_of(row.id)] == [1, 2]
    assert verify().first is None


def test_the_same_page_sent_again_is_the_same_filing_also_when_it_is_not_the_same_press(lead):
    form, other = form_at(lead, NEW), form_at(lead, NEW)

    first = send(lead, form, **WRITTEN)
    doubled = send(lead, form, **WRITTEN)
    reloaded = send(lead, in_another_key(form, other), **WRITTEN)

    assert first.location == doubled.location == reloaded.location
    assert [row.head_revision for row in stored()] == [1]
    assert len(receipts.all_of(stored()[0].id)) == 1


def test_going_back_and_writing_something_else_is_asked_about_and_then_the_next_revision(lead):
    form = form_at(lead, NEW)
    send(lead, form, **WRITTEN)

    asked = send(lead, form, **WRITTEN | {"topic": "改过的主题", "consensus": "改过的共识"})
    page = words_of(asked)

    assert asked.status_code == 409
    assert [row.head_revision for row in stored()] == [1]
    for said in ("已经存了第 1 版", WRITTEN["topic"], "改过的主题", "一次查完。", "改过的共识", "存为第 2 版"):
        assert said in page, said
    assert send(lead, form_in(asked)).status_code == 302
    [row] = stored()
    assert (row.head_revision, row.topic, body_of(row)["consensus"]) == (2, "改过的主题", ["改过的共识"])


def test_two_windows_that_write_the_same_draft_lose_nothing(lead):
    send(lead, form_at(lead, NEW), **WRITTEN)
    [row] = stored()
    one, other = (form_at(lead, f"/review/roundtables/{row.id}/edit") for _ in range(2))

    send(lead, one, topic="第一个窗口", do="submit")
    late = send(lead, other, topic="第二个窗口")
    page = words_of(late)

    assert late.status_code in (409, 423)
    assert "座谈已提交，不能再改" in page
    assert "第二个窗口" in page
    assert (stored()[0].topic, stored()[0].head_revision) == ("第一个窗口", 2)


def test_a_draft_is_discarded_at_the_desk_with_its_trace_and_nothing_more_is_written_to_it(lead):
    assert "作废草稿" not in words_of(lead.get(NEW)), "there is nothing to discard yet"
    send(lead, form_at(lead, NEW), **WRITTEN)
    [row] = stored()
    edit = f"/review/roundtables/{row.id}/edit"
    one, other = form_at(lead, edit), form_at(lead, edit)
    assert "作废草稿" in words_of(lead.get(edit))

    discarded = send(lead, one, do="discard", consensus="没有谈成")
    page = words_of(lead.get(discarded.location))
    late = send(lead, other, topic="另一个窗口")

    [row] = stored()
    assert (row.state, row.head_revision, row.number) == ("discarded", 2, None)
    assert body_of(row)["consensus"] == ["没有谈成"]
    for said in ("草稿已作废，留痕，不再提交。", "已作废", "第 2 版"):
        assert said in page, said
    assert "接着写" not in page
    assert late.status_code == 423
    assert "要用的，请另记一次座谈" in words_of(late)
    assert "另一个窗口" in words_of(late)
    assert lead.get(edit).location == f"/review/roundtables/{row.id}"
    assert "已作废" in words_of(lead.get("/review/roundtables/"))
    assert verify().first is None


def test_one_more_row_keeps_everything_and_files_nothing(lead):
    form = form_at(lead, NEW)
    picture = (io.BytesIO(make_photo()), "会场.jpg")
    data = {**dict(form.filled(**WRITTEN)), "add": "points", "photo": picture}

    more = lead.post(NEW, data=data, content_type="multipart/form-data")
    again = form_in(more)

    assert more.status_code == 200
    assert stored() == []
    for name in ("topic", "chair", "day", "time"):
        assert again.value(name) == WRITTEN[name]
    assert [value for name, value in again.fields if name == "point-text"] == ["检查前说一声。", "", "", "", ""]
    assert "会场.jpg" in words_of(more)
    assert send(lead, again, do="submit").status_code == 302
    [row] = stored()
    [photo] = evidence.of_owner("roundtable", row.id)
    assert (row.evidence_named, row.evidence_arrived, body_of(row)["photos"]) == (1, 1, [photo.id])
    assert lead.get(f"/api/v1/evidence/{photo.id}/display").status_code == 200


def test_several_pictures_are_taken_once_each_and_what_is_none_is_refused_in_words(lead):
    form = form_at(lead, NEW)
    good, text = make_photo(), b"not a picture"

    def pressed(*files):
        chosen = [(io.BytesIO(content), name) for content, name in files]
        fields = dict(form.filled(**WRITTEN))
        return lead.post(NEW, data={**fields, "photo": chosen}, content_type="multipart/form-data")

    refused = pressed((good, "一.jpg"), (text, "二.txt"), (b"", "三.jpg"))

    assert refused.status_code == 422
    page = words_of(refused)
    assert "“二.txt”不是图片或格式不受支持" in page
    assert "“三.jpg”是空的" in page
    assert stored() == []
    assert form_in(refused).value("topic") == WRITTEN["topic"]
    assert pressed((good, "一.jpg"), (good, "又一.jpg")).status_code == 302
    assert [row.evidence_arrived for row in stored()] == [1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "昨天"}, "请填写日期"),
        ({"present-count": "三"}, "人数应为数字"),
        ({"do": "submit", "topic": ""}, "请写明座谈的主题"),
        ({"do": "submit", "present-count": ""}, "请填写到场人数"),
        ({"action-due": "年底"}, "第 1 条：应为日期"),
        ({"topic": "长" * 201}, "最多 200 字"),
        ({"person-name": "", "person-unit": "某厂"}, "没有姓名"),
        ({"agency": "x"}, "应为小写的 UUID"),
    ],
)
def test_what_cannot_be_filed_is_said_at_its_place_and_stays_typed(lead, changes, said):
    answer = send(lead, form_at(lead, NEW), **WRITTEN | changes)

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert stored() == []
    again = form_in(answer)
    for name, value in (WRITTEN | changes).items():
        assert name == "do" or (name, value) in again.fields or name in ("agency",), name


def test_a_sign_in_that_ended_keeps_the_text_and_the_id(county, lead):
    form = form_at(lead, NEW)
    with unit_of_work() as session:
        session.query(SignIn).filter_by(user_id=county.qian.id).delete()

    stopped = send(lead, form, **WRITTEN)
    asked = form_in(lead.get(stopped.location), stopped.location)
    back = send(lead, asked, username="qian", password=PASSWORD)
    again = form_at(lead, back.location)

    assert stored() == []
    assert (again.value("topic"), again.value("record")) == (WRITTEN["topic"], form.value("record"))
    assert ("point-text", "检查前说一声。") in again.fields
    assert send(lead, again).status_code == 302
    assert [row.id for row in stored()] == [form.value("record")]


def test_who_may_not_write_reads_and_a_colleagues_draft_is_nobody_elses(county, lead, signed_in):
    send(lead, form_at(lead, NEW), **WRITTEN)
    [row] = stored()
    admin, colleague = signed_in(county.wu), signed_in(county.zhou)
    signer = signed_in(make_user(role="bureau", organisation=county.bureau))

    assert admin.get(NEW).status_code == 403
    for other in (admin, colleague, signer):
        assert other.get(f"/review/roundtables/{row.id}").status_code == 404
        assert WRITTEN["topic"] not in words_of(other.get("/review/roundtables/"))
    assert colleague.get(f"/review/roundtables/{row.id}/edit").status_code == 404
    send(lead, form_at(lead, f"/review/roundtables/{row.id}/edit"), do="submit", locality=county.liuwan.id)
    for other in (admin, colleague, signer):
        assert WRITTEN["topic"] in words_of(other.get(f"/review/roundtables/{row.id}"))
    assert "记一次座谈" not in words_of(admin.get("/review/roundtables/"))
    assert send(signer, form_at(signer, NEW), **WRITTEN | {"do": "submit"}).status_code == 302


def test_what_another_program_has_put_into_a_draft_is_not_lost_at_the_desk(county, lead):
    roundtable = ids.mint()
    sent = roundtable_body(
        state="draft", mood="热烈", started_at="2026-11-23T14:30:17+08:00", visit=make_visit(group=county.first_group)
    )
    operations.file_revision(county.qian, parse(kinds.of("roundtable"), roundtable, sent))

    send(lead, form_at(lead, f"/review/roundtables/{roundtable}/edit"), topic="改了")

    told = {name: value for name, value in sent.items() if name not in ("revision", "base_revision", "topic")}
    kept = {name: value for name, value in body_of(stored()[0]).items() if name in told}
    assert kept == told


def test_a_list_is_found_by_words_and_cut_into_pages(county, lead):
    for topic in ("夜间施工", "涉企检查"):
        operations.file_revision(county.qian, parse(kinds.of("roundtable"), ids.mint(), roundtable_body(topic=topic)))

    page = words_of(lead.get("/review/roundtables/?q=施工&since=2026-11-23&until=2026-11-23"))
    assert "夜间施工" in page
    assert "涉企检查" not in page
    assert "共 1 次" in page
    assert "没有符合条件的座谈" in words_of(lead.get("/review/roundtables/?q=没有这样的"))
    assert "日期前后颠倒" in words_of(lead.get("/review/roundtables/?since=2026-11-24&until=2026-11-23"))
