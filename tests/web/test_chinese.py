"""No English sentence reaches a page: not from the form library, not from the server library."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
import wtforms
from desk_pages import form_at, forms_of, send
from factories import make_certificate, make_checklist_version, make_visit
from html5lib import parse

from fieldapp.clock import now
from fieldapp.people import registers
from fieldapp.people.registers import ContactPointDraft
from fieldapp.web.chinese import SENTENCES, UNKNOWN, ChineseTranslations

ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")
GARBAGE = ["no-such-choice", "99999999999999999999", "\u200b", "=1+1", "x" * 5000]
SAYS_SOMETHING = {"field__error", "notice"}


def sentences_of_wtforms():
    """Everything that the installed WTForms hands to its translations."""
    for path in Path(wtforms.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("gettext", "ngettext"):
                yield from (
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def test_every_sentence_of_the_form_library_has_its_chinese():
    found = set(sentences_of_wtforms())

    assert len(found) > 30
    assert sorted(found - set(SENTENCES)) == []
    assert [words for words in SENTENCES.values() if ENGLISH.search(words)] == []
    assert ChineseTranslations().gettext("A sentence of a later release.") == UNKNOWN


@pytest.fixture
def desk(county, signed_in):
    make_checklist_version(items=None)
    return signed_in(county.wu)


def pages_with_forms(county):
    point = registers.create_contact_point(county.wu, ContactPointDraft("甲村", "village", county.liuwan.id))
    visit, other = (make_visit(group=county.first_group, starts_at=now() + timedelta(days=2)) for _ in range(2))
    return [
        "/admin/people/new", f"/admin/people/{county.li_si.id}/edit", "/admin/groups/new",
        f"/admin/groups/{county.first_group.id}/edit", f"/admin/groups/{county.first_group.id}/ending",
        "/admin/certificates/new", f"/admin/certificates/{make_certificate(county.li_si).id}",
        "/admin/organisations/new", f"/admin/organisations/{county.liuwan.id}/edit", "/admin/contact-points/new",
        f"/admin/contact-points/{point.id}/edit", "/admin/visits/new", f"/admin/visits/{visit.id}/edit",
        f"/admin/visits/{other.id}/cancel", "/admin/rating-codes/posters/new", "/admin/rating-codes/slips/new",
    ]  # fmt: skip


def complaints_on(page):
    root = parse(page, namespaceHTMLElements=False)
    for one in root.iter():
        if SAYS_SOMETHING & set((one.get("class") or "").split()):
            yield "".join(one.itertext())


def test_garbage_in_any_field_of_any_desk_form_is_answered_in_chinese(county, desk):
    complained = 0
    for path in pages_with_forms(county):
        for garbage in GARBAGE:
            form = form_at(desk, path)
            names = {name for name, _ in form.fields} - {"csrf_token", "form_key", "seen", "sure"}
            answer = send(desk, form, **dict.fromkeys(names | {"member_ids", "domains", "reason", "count"}, garbage))
            assert answer.status_code in (302, 404, 422, 423), (path, garbage, answer.status_code)
            for words in complaints_on(answer.get_data(as_text=True)):
                assert not ENGLISH.search(words), (path, garbage, words)
                complained += 1
    assert complained > 60


def test_a_choice_that_is_gone_meanwhile_is_named_as_such(county, desk):
    form = form_at(desk, "/admin/groups/new")

    page = send(desk, form, name="甲组", lead_id="gone", member_ids="gone").get_data(as_text=True)

    assert "没有这个选项（可能刚被停用或改动），请重新选择。" in page
    assert "有的选项已不存在，请重新选择。" in page
    assert "gone" not in "".join(complaints_on(page))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 405),
        ("DELETE", "/admin/people", 405),
        ("GET", "/admin/nothing-here", 404),
        ("POST", "/sign-in", 400),
    ],
)
def test_what_the_server_itself_refuses_is_said_in_chinese(desk, method, path, status):
    answer = desk.open(path, method=method, data={"x": "y"} if method == "POST" else None)

    page = answer.get_data(as_text=True)
    text = re.sub(r"<[^>]+>", " ", page.split("<main", 1)[-1])
    assert answer.status_code == status
    assert not ENGLISH.search(text), text
    assert forms_of(page, path) == []
