"""One's own account: password and devices."""

from typing import Any

import pytest
from factories import PASSWORD

from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import User
from fieldapp.web.navigation import PLACES, places_of

NEW = "Xin-kou-ling-7%zz"


def test_a_new_password_counts_at_once_and_ends_the_other_devices(signed_in: Any, county: Any) -> None:
    here, elsewhere = signed_in(county.zhang_san), signed_in(county.zhang_san)

    answer = here.post_form("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})

    assert answer.location == "/field/"
    assert here.get("/account/sign-ins").status_code == 200
    assert elsewhere.get("/account/sign-ins").status_code == 302
    assert here.application.test_client().sign_in("zhangsan", NEW).status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"old": "wrong-wrong-1A", "new": NEW, "again": NEW}, "原密码不正确"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "两次输入的新密码不一致"),
        ({"old": PASSWORD, "new": "short1A", "again": "short1A"}, "12"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "最近 5 次"),
        ({"old": "", "new": "", "again": ""}, "请填写原密码"),
    ],
)
def test_a_password_that_may_not_be_is_explained_at_the_field(
    signed_in: Any, county: Any, form: dict[str, str], words: str
) -> None:
    client = signed_in(county.zhang_san)

    answer = client.post_form("/account/password", form)

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert client.application.test_client().sign_in("zhangsan").status_code == 200


def test_a_password_set_by_an_administrator_opens_no_desk_until_it_is_changed(signed_in: Any, county: Any) -> None:
    with unit_of_work() as session:
        session.get(User, county.zheng.id).must_change_password = True
    client = signed_in(county.zheng)

    stopped = client.get("/agency/")
    client.post_form("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW, "next": "/agency/"})

    assert stopped.location == "/account/password?next=/agency/"
    assert client.get("/agency/").status_code == 200


def test_the_list_of_devices_marks_this_one_and_ends_another(signed_in: Any, county: Any) -> None:
    here, lost = signed_in(county.zhang_san), signed_in(county.zhang_san)
    page = here.get("/account/sign-ins").get_data(as_text=True)
    assert page.count("当前设备") == 1
    assert page.count("远程退出</span>") == 1
    target = page.split('action="/account/sign-ins/')[2].split('"')[0]

    answer = here.post_form(f"/account/sign-ins/{target}")

    assert answer.status_code == 302
    assert lost.get("/account/sign-ins").status_code == 302
    assert here.get("/account/sign-ins").status_code == 200


def test_all_other_devices_are_ended_in_one_step(signed_in: Any, county: Any) -> None:
    here, second, third = (signed_in(county.zhang_san) for _ in range(3))

    here.post_form("/account/sign-ins/end-others")

    assert [client.get("/account/sign-ins").status_code for client in (here, second, third)] == [200, 302, 302]


def test_nobody_ends_the_sign_in_of_another_person(signed_in: Any, county: Any) -> None:
    from fieldapp.people.models import SignIn

    victim, stranger = signed_in(county.zhang_san), signed_in(county.li_si)
    sign_in = db.session.query(SignIn).filter(SignIn.user_id == county.zhang_san.id).one()

    answer = stranger.post_form(f"/account/sign-ins/{sign_in.id}/end")

    assert answer.status_code == 404
    assert victim.get("/account/sign-ins").status_code == 200


@pytest.mark.parametrize("path", ["/account/password", "/account/sign-ins"])
def test_a_stranger_is_asked_to_sign_in_first(client: Any, path: str) -> None:
    assert client.get(path).location.startswith("/sign-in?next=")


@pytest.mark.parametrize("who", ["zhang_san", "qian", "wu", "zheng"])
def test_every_place_in_the_navigation_opens_for_its_role(signed_in: Any, county: Any, who: str) -> None:
    client = signed_in(getattr(county, who))
    page = client.get("/account/sign-ins").get_data(as_text=True)
    allowed = places_of(getattr(county, who))
    shown = [place for place in PLACES if f'href="{place.path}"' in page]

    assert shown == allowed != []
    assert {place.path: client.get(place.path).status_code for place in shown} == {place.path: 200 for place in shown}
