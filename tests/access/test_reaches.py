"""Every room's rows, by every reach: what is out of reach does not come out of the database."""

from dataclasses import replace

import pytest
from citizens import Citizen, make_poster, make_slip, receipt_in
from confirmations_kit import confirmation_body
from factories import interview_body, make_checklist_version, make_visit, observation_body, roundtable_body
from sqlalchemy import select

from fieldapp import ids
from fieldapp.confirmations import queries as confirmations
from fieldapp.confirmations.models import Confirmation
from fieldapp.extensions import db, unit_of_work
from fieldapp.interviews import queries as interviews
from fieldapp.interviews.models import Interview
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.people.models import ContactPoint
from fieldapp.people.scope import Reach, UnknownReach, narrow
from fieldapp.ratings import queries as ratings
from fieldapp.ratings.models import Opinion, Rating
from fieldapp.roundtables import queries as roundtables
from fieldapp.roundtables.models import Roundtable
from fieldapp.visits import queries as visits
from fieldapp.visits.models import Visit

ROOMS = {
    "visits": (Visit, visits.COLUMNS),
    "observations": (Observation, observations.COLUMNS),
    "interviews": (Interview, interviews.COLUMNS),
    "confirmations": (Confirmation, confirmations.COLUMNS),
    "roundtables": (Roundtable, roundtables.COLUMNS),
    "ratings": (Rating, ratings.COLUMNS),
    "opinions": (Opinion, ratings.OPINION_COLUMNS),
}


def ids_in(room: str, reach: Reach) -> set[str]:
    """The ids of the rows of a room that the reach lets through, as the database gives them."""
    model, columns = ROOMS[room]
    return set(db.session.scalars(narrow(select(model.id), reach, columns)))


@pytest.fixture
def rows(app, county, signed_in):
    """room → agency (`none` for a row without one) → the id of a row. Opinions concern no agency."""
    version, found = make_checklist_version(), {room: {} for room in ROOMS}
    agencies = {"own": county.work_safety_agency, "other": county.environment_agency, "none": None}
    phone = signed_in(county.zhang_san)
    for name, agency in agencies.items():
        visit = make_visit(group=county.first_group, agency=agency or county.work_safety_agency)
        if agency is None:
            with unit_of_work() as session:
                visit = session.get(Visit, visit.id)
                visit.agency_id, visit.agency_name = None, "某站"
        record, talk, said, table = ids.mint(), ids.mint(), ids.mint(), ids.mint()
        assert phone.api_put(f"/api/v1/observations/{record}", observation_body(visit, version)).status_code == 200
        assert phone.api_put(f"/api/v1/interviews/{talk}", interview_body(visit)).status_code == 200
        confirmed = confirmation_body(visit, record, {"revision": 1, "digest": "0" * 64})
        assert phone.api_put(f"/api/v1/confirmations/{said}", confirmed).status_code == 200
        assert phone.api_put(f"/api/v1/roundtables/{table}", roundtable_body(visit=visit)).status_code == 200
        answer = Citizen(app).rate(make_slip(county.zhang_san, visit=visit).code)
        rating = db.session.scalar(select(Rating.id).where(Rating.receipt_code == receipt_in(answer)))
        for room, row_id in zip(ROOMS, (visit.id, record, talk, said, table, rating, ""), strict=True):
            found[room][name] = row_id
    point = ContactPoint(id=ids.mint(), name="柳湾联系点", kind="village", locality_id=county.liuwan.id)
    with unit_of_work() as session:
        session.add(point)
    citizen, code = Citizen(app), make_poster(county.wu, contact_point_id=point.id).code
    citizen.send(code, citizen.scan(code, page="/opinion"), page="/opinion", words="多来看看")
    found["opinions"]["none"] = db.session.scalar(select(Opinion.id))
    return found


def test_a_reach_of_one_agency_lets_through_no_other_agencys_row_and_none_without_agency(county, rows):
    reach = Reach("agency", county.zheng.id, agency_id=county.work_safety_agency.id)

    for room, found in rows.items():
        assert ids_in(room, reach) == {found["own"]} - {""}, room
        assert ids_in(room, replace(reach, agency_id=county.environment_agency.id)) == {found["other"]} - {""}, room
        assert ids_in(room, replace(reach, agency_id=None)) == set(), room


def test_a_reach_that_nobody_decided_on_stops_and_none_shows_nothing(county, rows):
    for room, found in rows.items():
        with pytest.raises(UnknownReach, match="everywhere"):
            ids_in(room, Reach("everywhere", county.wu.id))
        assert ids_in(room, Reach("none", county.zhang_san.id)) == set(), room
        assert ids_in(room, Reach("all", "x")) == set(found.values()) - {""}, room
    with pytest.raises(UnknownReach):
        Reach("everywhere", county.wu.id).covers(author_id=county.wu.id, group_id=None, locality_id=None)


def test_the_own_agency_is_left_out_of_what_others_found_in_every_room(county, rows):
    reach = Reach(
        "all", "x", locality_id=county.liuwan.id, led_group_ids=frozenset({county.first_group.id}),
        recused_from=frozenset({county.work_safety_agency.id}),
    )  # fmt: skip

    for room in ("observations", "interviews", "confirmations", "roundtables", "ratings"):
        for kind in ("all", "locality"):
            assert ids_in(room, replace(reach, kind=kind)) == {rows[room]["other"], rows[room]["none"]}, (room, kind)
