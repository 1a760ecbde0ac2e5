"""Roles add up and keep apart: what each may do is the one table, and 三员分离 is held where it is required."""

import re
from dataclasses import replace
from typing import Any

import pytest
from citizens import Citizen, make_slip, receipt_in
from factories import (
    PASSWORD,
    filed_observation,
    make_checklist_version,
    make_organisation,
    make_user,
    make_visit,
    observation_body,
)
from sqlalchemy import select

from fieldapp import access, ids
from fieldapp.access import ACTS, FORBIDDEN, ROLES, forbidden_together, may
from fieldapp.audit.models import AuditEntry
from fieldapp.commands.readiness import say_unseparated
from fieldapp.config import WeakSettings, read_settings
from fieldapp.errors import NotAllowed, NotFound, Refused
from fieldapp.extensions import db
from fieldapp.filing import operations as filing
from fieldapp.people import accounts, bounds, groups, listing, lockout, queries, registers
from fieldapp.people.accounts import Account
from fieldapp.people.groups import GroupPlan
from fieldapp.people.listing import PeopleFilter
from fieldapp.people.registers import OrganisationDraft
from fieldapp.people.scope import reach_of
from fieldapp.ratings.models import Rating
from fieldapp.reviews import operations as reviews


def words_of(answer: Any) -> str:
    return answer.get_data(as_text=True)


GOOD_PASSWORD = "tidy-Heron-41-lake"

# The table once more, written down apart from the code: whoever changes who may do what changes it twice, knowingly.
TABLE = """
act               lead bureau system security auditor supervisor invited liaison
field.file        x    .      .      .        .       x          x       .
roundtables.file  x    x      .      .        .       x          .       .
desk.read         x    x      x      .        .       .          .       .
review.decide     x    x      .      .        .       .          .       .
photos.check      x    x      .      .        .       .          .       .
ratings.handle    x    .      x      .        .       .          .       .
ratings.close     x    .      .      .        .       .          .       .
contacts.unmask   x    .      x      .        .       .          .       .
words.erase       x    .      x      .        .       .          .       .
codes.issue       x    .      x      .        .       .          .       .
codes.posters     .    .      x      .        .       .          .       .
visits.plan       x    .      x      .        .       .          .       .
registers.edit    .    .      x      .        .       .          .       .
accounts.read     .    .      x      x        .       .          .       .
accounts.edit     .    .      x      .        .       .          .       .
accounts.grant    .    .      .      x        .       .          .       .
accounts.unlock   .    .      .      x        .       .          .       .
accounts.shut     .    .      x      x        .       .          .       .
devices.manage    .    .      x      x        .       .          .       .
traces.read       .    .      .      x        x       .          .       .
agency.read       .    .      .      .        .       .          .       x
"""


def test_the_table_of_acts_and_roles_is_what_was_agreed():
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    agreed = {act: {role for role, mark in zip(head[1:], marks, strict=True) if mark == "x"} for act, *marks in lines}

    assert set(head[1:]) == set(ROLES)
    assert {act: set(roles) for act, roles in ACTS.items()} == agreed


def test_roles_add_up_and_nobody_without_a_role_may_do_anything(county):
    both = make_user(role="lead supervisor auditor", organisation=county.bureau)
    nobody = make_user(role="", organisation=county.bureau)
    gone = make_user(role="lead system security", organisation=county.bureau, disabled=True)

    assert {act for act in ACTS if may(both, act)} == {
        act for act, roles in ACTS.items() if {"lead", "supervisor", "auditor"} & set(roles)
    }
    assert [act for act in ACTS if may(nobody, act) or may(gone, act)] == []
    assert reach_of(nobody).kind == "none"


def test_an_act_that_nobody_has_decided_on_stops(county):
    with pytest.raises(KeyError):
        may(county.wu, "everything.do")


def test_a_page_of_the_administrators_that_nobody_has_decided_on_does_not_start(app, monkeypatch):
    monkeypatch.delitem(access.ADMIN_PAGES, "devices")

    with pytest.raises(RuntimeError, match="/admin/devices"):
        access.refuse_unguarded(app)


def test_the_three_administrators_are_kept_apart_and_whoever_audits_leaves_no_traces_in_the_work():
    assert forbidden_together({"system", "security", "lead"}) == [("system", "security")]
    assert {frozenset(("system", "auditor")), frozenset(("security", "auditor"))} <= FORBIDDEN
    assert forbidden_together({"auditor", "lead"})
    assert forbidden_together({"lead", "supervisor", "bureau"}) == []


def required(app: Any) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"separation": "required"})


def grant(county: Any, roles: set[str], *, actor: Any = None, user: Any = None) -> Any:
    user = user or county.chen
    account = Account(user.username, user.name, roles, user.organisation_id, user.origin, user.locality_id)
    return accounts.change_user(actor or county.wu, user.id, account)


@pytest.mark.parametrize("pair", [("system", "security"), ("system", "auditor"), ("security", "auditor")])
def test_where_separation_is_required_a_forbidden_pair_is_refused_in_words(app, county, pair):
    required(app)

    with pytest.raises(Refused) as refusal:
        grant(county, set(pair))

    assert "三员分离" in refusal.value.faults[0].detail
    assert queries.find_user(county.chen.id).roles == {"supervisor"}


def test_the_start_names_the_accounts_that_are_still_to_be_split(app, county, capsys):
    say_unseparated(app)
    assert capsys.readouterr().err == ""
    required(app)

    say_unseparated(app)

    assert capsys.readouterr().err == (
        "fieldapp：账号 wu（吴管理员）兼任系统管理员、安全管理员，三员分离不允许，请尽快拆分。\n"
    )


def test_a_small_county_may_combine_them(county):
    assert grant(county, {"system", "security", "auditor"}).roles == {"system", "security", "auditor"}


def test_who_holds_a_forbidden_pair_already_keeps_working_until_it_is_split(app, county, signed_in):
    required(app)
    desk = signed_in(county.wu)

    page = words_of(desk.get("/admin/people"))

    assert "三员分离不允许" in page
    assert [user.id for user in accounts.unseparated()] == [county.wu.id]
    other = grant(county, {"security"})
    assert grant(county, {"system"}, actor=other, user=county.wu).roles == {"system"}
    assert accounts.unseparated() == []


def test_every_page_of_an_administrator_says_that_a_small_county_combines(county, signed_in):
    desk = signed_in(county.wu)

    for path in ("/admin/", "/admin/people", "/review/", "/account/sign-ins"):
        assert "未实行三员分离（小县模式）。您的账号兼任系统管理员和安全管理员。" in words_of(desk.get(path)), path
    assert "三员分离" not in words_of(signed_in(county.qian).get("/review/"))


def test_production_separates_unless_told_otherwise(tmp_path):
    given = {"FIELDAPP_INSTANCE": str(tmp_path), "FIELDAPP_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz"}

    assert read_settings(given).separation == "small-county"
    assert read_settings({**given, "FIELDAPP_ENV": "production"}).separation == "required"
    assert read_settings({**given, "FIELDAPP_ENV": "production", "FIELDAPP_SEPARATION": "small-county"}).separation == (
        "small-county"
    )
    with pytest.raises(WeakSettings, match="FIELDAPP_SEPARATION 应为 required 或 small-county"):
        read_settings({**given, "FIELDAPP_SEPARATION": "both"})


def test_an_auditor_of_one_locality_is_refused_for_the_chain_is_one(county):
    wanted = Account("newcomer", "甲某", ["auditor"], county.bureau.id, None, county.liuwan.id)

    assert [fault.pointer for fault in accounts.account_faults(wanted)] == ["/locality_id"]


def test_nobody_changes_their_own_roles_or_reach(county):
    for roles, locality in (({"system", "security", "lead"}, None), ({"system", "security"}, county.liuwan.id)):
        own = Account("wu", county.wu.name, roles, county.wu.organisation_id, county.wu.origin, locality)
        with pytest.raises(Refused, match="没有保存"):
            accounts.change_user(county.wu, county.wu.id, own)


def test_the_systems_administrator_grants_nothing_and_the_securitys_makes_nobody(county):
    system = make_user(role="system", organisation=county.bureau)
    security = make_user(role="security", organisation=county.bureau)
    wanted = Account("newcomer", "甲某", {"supervisor"}, county.bureau.id, "justice_bureau")

    with pytest.raises(NotAllowed):
        accounts.create_user(system, wanted, password=GOOD_PASSWORD)
    with pytest.raises(NotAllowed):
        accounts.create_user(security, wanted, password=GOOD_PASSWORD)
    made = accounts.create_user(system, replace(wanted, roles=()), password=GOOD_PASSWORD)
    with pytest.raises(NotAllowed):
        accounts.change_user(security, made.id, replace(wanted, roles=(), name="乙某"))
    with pytest.raises(NotAllowed):
        accounts.change_user(system, made.id, wanted)
    assert accounts.change_user(security, made.id, wanted).roles == {"supervisor"}
    for deed in (accounts.reset_password, lambda actor, user_id: lockout.unlock(actor, made.username)):
        with pytest.raises(NotAllowed):
            deed(system, made.id)


def test_an_account_is_made_by_one_administrator_and_given_its_roles_by_the_other_at_their_pages(county, signed_in):
    system, security = (signed_in(make_user(role=role, organisation=county.bureau)) for role in ("system", "security"))
    form = {"username": "jia.yi", "name": "甲一", "organisation_id": county.bureau.id, "origin": "justice_bureau"}

    assert 'name="roles"' not in words_of(system.get("/admin/people/new"))
    assert system.post_form("/admin/people/new", form | {"roles": "system"}).status_code == 302
    made = queries.find_by_username("jia.yi")
    assert made.roles == frozenset()
    assert "尚无角色" in words_of(system.get("/admin/people"))
    address = f"/admin/people/{made.id}/edit"
    assert 'name="name"' not in words_of(security.get(address))
    assert security.post_form(address, form | {"roles": ["lead", "supervisor"], "locality_id": ""}).status_code == 302
    db.session.expire_all()
    assert queries.find_by_username("jia.yi").roles == {"lead", "supervisor"}


def test_who_has_no_role_yet_signs_in_and_is_told_so(county, client):
    make_user(username="fresh", role="", organisation=county.bureau)

    assert client.sign_in("fresh", PASSWORD).status_code == 200

    assert client.get("/").location == "/account/sign-ins"
    assert "还没有角色" in words_of(client.get("/account/sign-ins"))
    assert client.get("/review/").status_code == 403


def test_who_signs_for_the_bureau_approves_what_has_no_mark_and_not_the_own_agencys(county):
    bureau = make_user(role="bureau", organisation=county.bureau)
    version = make_checklist_version()
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    record = filed_observation(ids.mint(), observation_body(visit, version))
    filing.file_revision(county.zhang_san, record)
    agency_man = make_user(role="bureau", organisation=county.work_safety_agency, origin="legal_unit")

    with pytest.raises(NotFound):
        reviews.approve(agency_man, record.id, revision=1)
    assert reviews.approve(bureau, record.id, revision=1).decision == "approve"


def test_who_signs_for_the_bureau_is_shown_no_form_that_would_be_refused_and_told_what_is_not_there_yet(
    app, county, signed_in
):
    desk = signed_in(make_user(role="bureau", organisation=county.bureau))
    answer = Citizen(app).rate(make_slip(county.zhang_san, visit=make_visit(group=county.first_group)).code, level="1",
                               reason=["rude"], name="某", phone="000-1234-5678", may_call="1")  # fmt: skip
    rating = db.session.scalar(select(Rating.id).where(Rating.receipt_code == receipt_in(answer)))

    page = words_of(desk.get(f"/review/ratings/{rating}"))

    assert "签发文书的页面还没有" in page
    assert re.findall(r'<form[^>]*action="([^"]*)"', page) == ["/account/sign-out"]
    assert 'name="action"' in words_of(signed_in(county.zhou).get(f"/review/ratings/{rating}"))


def test_a_supervisor_who_leads_too_works_on_the_phone_and_at_the_desk(county, client):
    make_user("两任", username="both", role="lead supervisor", organisation=county.bureau)

    answer = client.sign_in("both", PASSWORD)

    assert (answer.json["user"]["role"], answer.json["user"]["roles"]) == ("lead", ["lead", "supervisor"])
    pack = client.get("/api/v1/pack").json["user"]
    assert (pack["role"], pack["roles"], pack["role_label"]) == ("lead", ["lead", "supervisor"], "组长、监督员")
    assert client.get("/review/").status_code == 200


@pytest.mark.parametrize(
    ("role", "before"),
    [("system security", "admin"), ("auditor", "admin"), ("bureau", "lead"), ("invited", "supervisor"), ("", "")],
)
def test_an_old_phone_hears_a_role_that_it_knows(county, client, role, before):
    make_user(username="someone", role=role, organisation=county.bureau)

    assert client.sign_in("someone", PASSWORD).json["user"]["role"] == before


def test_the_auditor_reads_the_traces_and_changes_nothing(county, signed_in):
    desk = signed_in(make_user(role="auditor", organisation=county.bureau))
    before = db.session.query(AuditEntry).count()

    assert desk.get("/").location == "/admin/audit"
    assert desk.get("/admin/audit").status_code == 200
    assert desk.post_form("/admin/audit/verification", {}).status_code == 200
    for path in ("/admin/people", "/review/", "/review/ratings", "/admin/groups", "/field/", "/agency/"):
        assert desk.get(path).status_code == (200 if path == "/field/" else 403), path
    assert db.session.query(AuditEntry).count() == before


# ---- an administrator of one 区镇 ------------------------------------------------------------------------------------


@pytest.fixture
def local(county):
    """The administrator of 石桥镇, and somebody of its 司法所."""
    office = make_organisation("石桥镇司法所", kind="justice_office", locality=county.shiqiao)
    admin = make_user("石桥管理", role="system security", organisation=office, locality=county.shiqiao)
    return admin, make_user("石桥某", organisation=office), office


def test_a_localitys_administrator_sees_and_changes_only_its_people_groups_and_organisations(county, local, signed_in):
    admin, someone, office = local
    desk = signed_in(admin)

    assert {user.id for user in listing.people(PeopleFilter(), within=admin.locality_id).rows} == {
        admin.id,
        someone.id,
    }
    page = words_of(desk.get("/admin/people"))
    assert "石桥某" in page
    assert "张三" not in page
    assert "柳湾镇联合监督组" not in words_of(desk.get("/admin/groups"))
    assert "石桥镇联合监督组" in words_of(desk.get("/admin/groups"))
    assert "云川市应急管理局" not in words_of(desk.get("/admin/organisations"))
    assert "张三" not in words_of(desk.get("/admin/certificates"))
    assert desk.get(f"/admin/people/{someone.id}").status_code == 200
    for path in (f"people/{county.zhang_san.id}", f"groups/{county.first_group.id}/edit"):
        assert desk.get(f"/admin/{path}").status_code == 404, path
    for path in ("checklists", "audit", "rescue", "devices", "calendar/"):
        assert desk.get(f"/admin/{path}").status_code == 403, path


def test_a_localitys_administrator_cannot_widen_anybody_nor_come_to_a_wider_account(county, local):
    admin, someone, office = local
    wider = make_user("石桥的全市组长", role="lead", organisation=office)
    wanted = Account(someone.username, someone.name, {"lead"}, office.id, "justice_office", None)

    with pytest.raises(Refused):
        accounts.change_user(admin, someone.id, wanted)  # the whole county
    with pytest.raises(Refused):
        accounts.change_user(admin, someone.id, replace(wanted, locality_id=county.liuwan.id))
    with pytest.raises(Refused):
        accounts.change_user(admin, someone.id, replace(wanted, organisation_id=county.bureau.id))
    for user in (wider, county.wu, county.zhang_san):
        with pytest.raises(NotFound):
            accounts.reset_password(admin, user.id)
        with pytest.raises(NotFound):
            accounts.disable_user(admin, user.id, reason="x")
    assert accounts.change_user(admin, someone.id, replace(wanted, locality_id=county.shiqiao.id)).roles == {"lead"}


def test_a_localitys_administrator_writes_no_row_of_elsewhere(county, local):
    admin, _, office = local
    plan = GroupPlan("越界组", county.sun.id, [county.wang_wu.id], county.liuwan.id)

    for locality in (county.liuwan.id, None):
        with pytest.raises(Refused):
            groups.create_group(admin, replace(plan, locality_id=locality))
        with pytest.raises(Refused):
            registers.create_organisation(
                admin, OrganisationDraft("justice_office", "越界所", "越界", locality_id=locality)
            )
    with pytest.raises(NotFound):
        groups.change_group(admin, county.first_group.id, replace(plan, locality_id=county.shiqiao.id))
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.actor_id == admin.id)) is None
    with pytest.raises(KeyError):
        bounds.require_within(admin, moon_id="x")
