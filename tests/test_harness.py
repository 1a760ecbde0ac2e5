"""What the other tests rely on."""

from datetime import timedelta
from types import SimpleNamespace

import personas
import pytest
import time_machine
from engines import repeats
from factories import (
    PASSWORD,
    applicable_items,
    make_checklist_version,
    make_photo,
    make_visit,
    observation_body,
)
from flask import Flask
from pages import check_page, faults_of
from personas import County, make_county
from servers import LiveServer
from sqlalchemy import func, select

from fieldapp import clock, ids
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import User

GOOD_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>记录</title>
<meta name="viewport" content="width=device-width"></head><body><h1>记录</h1><label>姓名<input name="name"></label>
<template><h1>以后</h1></template></body></html>"""


@pytest.mark.parametrize("time_of_two", ["first", "second"])
def test_each_test_starts_from_empty_tables(app: Flask, db_session, time_of_two: str):
    before = db_session.scalar(select(func.count()).select_from(User))

    make_visit()

    assert before == 0
    assert db_session.scalar(select(func.count()).select_from(User)) > 0


def test_two_browsers_of_two_people_do_not_mix(county: County, signed_in, client):
    zhang, li = signed_in(county.zhang_san), signed_in(county.li_si)

    assert zhang.get("/api/v1/me").json["user"]["id"] == county.zhang_san.id
    assert li.get("/api/v1/me").json["user"]["id"] == county.li_si.id
    assert client.get("/api/v1/me").status_code == 401


def test_the_small_checklist_has_items_of_several_categories_and_a_critical_one(county: County):
    version = make_checklist_version()
    visit = make_visit(group=county.first_group)

    body = observation_body(visit, version, answers={"B01": {"value": "no", "note": "未亮证"}, "C01": None})

    codes = applicable_items(version, visit)
    assert len({code[0] for code in codes}) >= 2
    assert set(body["answers"]) == set(codes) - {"C01"}
    assert body["answers"]["B01"]["value"] == "no"


def test_a_photo_is_the_same_again_and_another_text_gives_another():
    assert make_photo() == make_photo()
    assert make_photo() != make_photo(text="二")
    assert make_photo()[:3] == b"\xff\xd8\xff"


def test_a_good_page_has_no_faults():
    assert faults_of(GOOD_PAGE) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("zh-CN", "en"),
        ("<title>记录</title>", ""),
        ("<h1>记录</h1>", "<h2>记录</h2>"),
        ("<h1>记录</h1>", "<h1>记录</h1><h1>二</h1>"),
        ('<label>姓名<input name="name"></label>', '<input name="name">'),
        ("<h1>记录</h1>", "<h1 id=a>记录</h1><p id=a></p>"),
        ("<h1>记录</h1>", '<h1 style="color:red">记录</h1>'),
        ("<h1>记录</h1>", '<h1 onclick="go()">记录</h1>'),
        ("<h1>记录</h1>", "<h1>记录</h1><script>go()</script>"),
        ("</head>", "<style>p{}</style></head>"),
        ("<h1>记录</h1>", "<h1>记录</h1><button></button>"),
        ("<h1>记录</h1>", '<h1>记录</h1><img src="/x.png">'),
        ("<h1>记录</h1>", '<h1>记录</h1><p aria-describedby="nothing"></p>'),
        ("<h1>记录</h1>", "<h1>记录</h1><p></div>"),
    ],
)
def test_a_page_with_a_fault_is_caught(good: str, bad: str):
    assert good in GOOD_PAGE
    assert faults_of(GOOD_PAGE.replace(good, bad))


def test_of_two_pages_that_differ_in_their_ids_only_the_one_with_an_id_twice_is_caught():
    body = '<h1>记录</h1><p id="{0}"></p><p id="{1}"></p><time>09:{2}</time>'
    first, second, third = (ids.mint() for _ in range(3))
    pages = [GOOD_PAGE.replace("<h1>记录</h1>", body.format(*given)) for given in
             ((first, second, 12), (second, third, 13), (third, third, 14))]  # fmt: skip

    check_page(pages[0], "/first")
    check_page(pages[1], "/second")
    with pytest.raises(AssertionError, match="2 times"):
        check_page(pages[2], "/third")


def test_a_county_put_again_is_the_county_that_was_made_and_no_other_day_gets_it(app: Flask):
    made = make_county()
    with unit_of_work() as session:
        for table in reversed(db.metadata.sorted_tables):
            session.execute(table.delete())
    db.session.remove()

    again = make_county()
    assert {name: row.id for name, row in vars(again).items()} == {name: row.id for name, row in vars(made).items()}
    assert again.zhang_san.organisation.name == made.bureau.name
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert not personas.KEPT[-1].is_of_now()


class Item:
    """A test as pytest has found it."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid, engine = nodeid, nodeid.partition("[")[2].rstrip("]").split("-")[0]
        self.callspec = SimpleNamespace(params={"database_url": engine})


def test_on_postgresql_one_of_each_kind_is_left_and_all_where_the_engine_is_the_point():
    def both(name: str) -> list[str]:
        return [f"{name}[{engine}-{case}]" for engine in ("sqlite", "postgresql") for case in "ab"]

    names = [
        *both("tests/reviews/test_inbox.py::test_one"),
        *both("tests/web/review/test_records.py::test_one"),
        *both("tests/web/review/test_records.py::test_two"),
        *both("tests/durability/test_clocks.py::test_one"),
        "tests/reviews/test_inbox.py::test_only_there[postgresql-a]",
        "tests/reviews/test_inbox.py::test_only_there[postgresql-b]",
    ]

    left_out = [item.nodeid for item in repeats([Item(name) for name in names])]

    assert left_out == [
        "tests/reviews/test_inbox.py::test_one[postgresql-b]",
        "tests/web/review/test_records.py::test_one[postgresql-b]",
        "tests/web/review/test_records.py::test_two[postgresql-b]",
    ]


def test_a_killed_server_comes_back_on_the_same_address_with_its_rows(live_server: LiveServer, live_app: Flask):
    import requests
    from factories import make_user

    make_user("张三", username="zhangsan")
    pair = {"username": "zhangsan", "password": PASSWORD}
    before = requests.post(f"{live_server.url}/api/v1/login", json=pair, timeout=10)

    live_server.kill()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{live_server.url}/healthz", timeout=2)
    live_server.restart()

    after = requests.post(f"{live_server.url}/api/v1/login", json=pair, timeout=10)
    assert (before.status_code, after.status_code) == (200, 200)
    assert before.json()["user"] == after.json()["user"]
