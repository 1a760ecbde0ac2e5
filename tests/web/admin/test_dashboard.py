"""看板: each number is the number of rows behind it, and an empty county is told what comes next."""

import re
from datetime import timedelta

import pytest
from factories import (
    filed_observation,
    make_certificate,
    make_checklist_version,
    make_user,
    make_visit,
    observation_body,
)
from html5lib import parse

from fieldapp import ids
from fieldapp.audit.operations import record
from fieldapp.clock import as_if_at, china, now
from fieldapp.filing import devices
from fieldapp.filing.devices import Heartbeat
from fieldapp.filing.operations import file_revision

ROW_OF = "list__row"


@pytest.fixture
def desk(county, signed_in):
    return signed_in(county.wu)


@pytest.fixture
def busy_county(county, client):
    """Something of everything that the board counts, and of everything beside it."""
    version = make_checklist_version()
    midnight = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in (0, 0, 1, -1, 9, -9):
        make_visit(group=county.first_group, starts_at=midnight + timedelta(days=days, hours=9))
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    for author, state in ((county.zhang_san, "submitted"), (county.li_si, "submitted")):
        file_revision(author, filed_observation(ids.mint(), observation_body(visit, version, state=state)))
    today = midnight.date()
    for until in (today - timedelta(days=1), today + timedelta(days=9), today + timedelta(days=900)):
        make_certificate(county.zhang_san, issued_on=today - timedelta(days=300), valid_until=until)
    with as_if_at(now() - timedelta(hours=30)):
        devices.report(county.zhang_san, ids.mint(), Heartbeat(2, 3, now(), 7, "1.0", {}, []))
    devices.report(county.li_si, ids.mint(), Heartbeat(0, 0, None, 7, "1.0", {}, []))
    record("sign_in.failed", actor_id=None, subject_kind="user", subject_id=county.li_si.id,
           at=now() - timedelta(hours=40), network="n", reason="password")  # fmt: skip
    client.sign_in("lisi", "wrong")
    return county


def figures_on(page):
    root = parse(page, namespaceHTMLElements=False)
    for link in root.iter("a"):
        if "figure" in (link.get("class") or "").split():
            value, words = ("".join(part.itertext()) for part in link)
            yield words, int(value), link.get("href")


def rows_behind(page):
    """How many rows the list says that it has, and shows."""
    said = re.search(r"共 (\d+) |(\d+) 本</p>", page)
    root = parse(page, namespaceHTMLElements=False)
    main = next(root.iter("main"))
    shown = sum(1 for one in main.iter() if ROW_OF in (one.get("class") or "").split())
    shown = shown or sum(1 for table in main.iter("tbody") for _ in table.iter("tr"))
    return (int(said[1] or said[2]) if said else 0), shown


def test_every_number_is_the_number_of_rows_of_the_page_it_leads_to(busy_county, desk):
    figures = list(figures_on(desk.get("/admin/").get_data(as_text=True)))

    found = {words: rows_behind(desk.get(href).get_data(as_text=True)) for words, _, href in figures}

    assert len(figures) >= 12
    assert found == {words: (value, value) for words, value, _ in figures}
    values = {words: value for words, value, _ in figures}
    assert values["今天的监督活动"] >= 2
    assert values["24 小时内登录失败"] == 1
    assert values["台手机有超过 24 小时未上传的"] == 1
    assert values["已过期的监督证"] == 1
    assert not any("有效监督证" in words for words in values), "what is well needs no attention"


def test_an_empty_county_is_told_the_next_step_and_a_county_at_work_is_not(app, signed_in):
    admin = make_user("第一管理员", role="system security")
    page = signed_in(admin).get("/admin/").get_data(as_text=True)

    assert "新系统，按这个次序做" in page
    first = page.index("单位：区镇")
    assert page.index("下一步") > first
    assert page.index("下一步") < page.index("清单：发布")


def test_a_county_at_work_is_told_no_first_steps(busy_county, desk):
    assert "按这个次序做" not in desk.get("/admin/").get_data(as_text=True)


def test_audit_details_are_on_the_chinese_clock_and_by_name(county, desk):
    make_checklist_version(items=None)
    starts_at = (china(now()) + timedelta(days=3)).replace(hour=9, minute=30)
    form = {
        "starts_at": starts_at.strftime("%Y-%m-%dT%H:%M"),
        "group_id": county.first_group.id,
        "agency_id": county.work_safety_agency.id,
        "domain": "work_safety",
        "mode": "on_site",
        "place": "示例路1号",
        "source": "routine",
        "locality_id": "",
    }
    assert desk.post_form("/admin/visits/new", form).status_code == 302

    page = desk.get("/admin/audit?event=visit.").get_data(as_text=True)

    assert starts_at.strftime("%Y-%m-%d 09:30") in page
    assert county.work_safety_agency.name in page
    assert county.first_group.name in page
    assert ".000000Z" not in page
