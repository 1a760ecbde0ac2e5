"""The pack on the phone: of a thousand visits only what has changed comes over the air; the phone holds all of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from factories import make_checklist_version, make_visit
from personas import make_county
from phone_driver import Driver
from sqlalchemy import insert

from fieldapp import ids
from fieldapp.extensions import unit_of_work
from fieldapp.visits.models import Visit

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
VISITS = 1_000
MOST_BYTES = 10_000
WHOLE = "async () => (await fetch('/api/v1/pack', { cache: 'no-store' })).json()"


@pytest.fixture
def visits(live_app: Any) -> list[str]:
    """The ids of a thousand visits of the first group in these weeks, each at a place of its own."""
    county = make_county()
    make_checklist_version()
    like = make_visit(group=county.first_group, agency=county.work_safety_agency)
    row = {column.name: getattr(like, column.name) for column in Visit.__table__.c}
    rows = [
        row
        | {
            "id": ids.mint(),
            "starts_at": like.starts_at + timedelta(minutes=place),
            "place": f"云川市柳湾镇工业路{place}号",
        }
        for place in range(VISITS)
    ]
    with unit_of_work() as session:
        session.execute(insert(Visit.__table__), rows)
    return [one["id"] for one in rows]


@pytest.fixture
def tab(phone: Any, visits: list[str]) -> Driver:
    tab = Driver(phone.new_page()).arrive("zhangsan")
    tab.sync()
    return tab


def moves(visit_id: str) -> None:
    with unit_of_work() as session:
        session.get(Visit, visit_id).place = "云川市石桥镇河东路2号"


def refreshed(tab: Driver) -> list[dict[str, Any]]:
    """What the phone asks of its pack and gets for it, while it refreshes it: status, address, bytes, JSON."""
    seen: list[Any] = []
    tab.until_nobody_syncs()
    tab.page.on("response", lambda answer: seen.append(answer) if "/api/v1/pack" in answer.url else None)
    tab.call("pack", "refreshPack")
    return [
        {
            "status": one.status,
            "address": one.url,
            "bytes": one.request.sizes()["responseBodySize"],
            "body": one.text() if one.status == 200 else "",
        }
        for one in seen
    ]


def kept(tab: Driver) -> dict[str, Any]:
    found: dict[str, Any] = tab.call("pack", "readPack")
    return found


def test_of_a_thousand_visits_one_that_has_changed_comes_in_few_bytes(tab: Driver, visits: list[str]) -> None:
    moves(visits[500])

    (answer,) = refreshed(tab)

    assert answer["status"] == 200
    assert 0 < answer["bytes"] <= MOST_BYTES
    assert visits[500] in answer["body"]
    assert len(json.loads(answer["body"])["visits"]["rows"]) < 100
    assert kept(tab) == tab.page.evaluate(WHOLE)
    assert next(one for one in kept(tab)["visits"] if one["id"] == visits[500])["place"] == "云川市石桥镇河东路2号"


def test_nothing_new_is_said_in_no_bytes(tab: Driver) -> None:
    before = kept(tab)

    assert [(one["status"], one["bytes"]) for one in refreshed(tab)] == [(304, 0)]
    assert kept(tab) == before


def test_a_phone_that_no_longer_holds_what_the_answer_builds_on_takes_the_whole(tab: Driver, visits: list[str]) -> None:
    tab.run(
        """
        const user = await session.currentUser();
        await store.write(["packs"], async ({ packs }) => {
          const now = await packs.get(user.id);
          await packs.put({ ...now, pack: { ...now.pack, visits: now.pack.visits.slice(0, 40) } }, user.id);
        });
        """
    )
    moves(visits[900])

    assert ["since=" in one["address"] for one in refreshed(tab)] == [True, False]
    assert kept(tab) == tab.page.evaluate(WHOLE)


def test_an_older_server_that_answers_with_whole_sections_is_understood(tab: Driver, visits: list[str]) -> None:
    moves(visits[3])
    tab.page.route("**/api/v1/pack?*", lambda route: route.continue_(url=route.request.url.replace("rows=1&", "")))

    (answer,) = refreshed(tab)

    assert isinstance(json.loads(answer["body"])["visits"], list)
    tab.page.unroute("**/api/v1/pack?*")
    assert kept(tab) == tab.page.evaluate(WHOLE)


def test_where_a_long_address_does_not_pass_the_whole_comes(tab: Driver, visits: list[str]) -> None:
    moves(visits[7])
    tab.page.route("**/api/v1/pack?*", lambda route: route.fulfill(status=414, body="URI Too Long"))

    assert [one["status"] for one in refreshed(tab)] == [414, 200]
    assert kept(tab) == tab.page.evaluate(WHOLE)


def test_an_answer_that_is_not_our_servers_changes_nothing(tab: Driver) -> None:
    before = kept(tab)
    portal = {"status": 200, "content_type": "application/json", "body": '{"login": "required"}'}
    tab.page.route("**/api/v1/pack*", lambda route: route.fulfill(**portal))

    refreshed(tab)

    assert kept(tab) == before


def test_who_signs_out_while_the_pack_is_on_its_way_leaves_nothing_behind(tab: Driver, visits: list[str]) -> None:
    moves(visits[1])
    left = tab.run(
        """
        const user = await session.currentUser();
        const coming = pack.refreshPack(user);
        await store.write(["meta", "packs"], async ({ meta, packs }) => {
          await meta.delete("user");
          await packs.delete(user.id);
        });
        await coming;
        return [await session.currentUser(), await store.read("packs", user.id) ?? null];
        """
    )

    assert left == [None, None]
