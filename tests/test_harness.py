"""What the other tests rely on."""

import pytest
from factories import (
    PASSWORD,
    applicable_items,
    make_checklist_version,
    make_photo,
    make_visit,
    observation_body,
)
from flask import Flask
from pages import faults_of
from personas import County
from servers import LiveServer
from sqlalchemy import func, select

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
