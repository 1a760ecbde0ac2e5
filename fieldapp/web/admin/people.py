"""人员: the list, one person, and what an administrator does with an account."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.access import ROLES, forbidden_together, may
from fieldapp.clock import now
from fieldapp.folding import as_meant
from fieldapp.people import (
    accounts,
    declared_recusals,
    handing_over,
    importing,
    leaving,
    listing,
    lockout,
    operations,
    passwords,
    queries,
)
from fieldapp.people.bounds import sees
from fieldapp.people.import_template import template
from fieldapp.people.listing import PeopleFilter
from fieldapp.people.models import CERTIFICATE_KINDS, MEMBER_ORIGINS, User
from fieldapp.visits import recusal
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import attempt, form_page
from fieldapp.web.admin.leaving_form import LeavingForm
from fieldapp.web.admin.register_forms import AccountForm
from fieldapp.workbooks import XLSX

STATES = {"active": "在用", "disabled": "已停用", "all": "全部"}
FILTER_NAMES = ("role", "origin", "organisation_id", "state", "q")


@admin.get("/people")
def people() -> str:
    """The accounts, filtered by what stands in the address."""
    asked = {name: request.args[name] for name in FILTER_NAMES if request.args.get(name)}
    wanted = PeopleFilter(
        role=asked.get("role", ""),
        origin=asked.get("origin", ""),
        organisation_id=asked.get("organisation_id", ""),
        state=asked.get("state", "active"),
        text=as_meant(asked.get("q", ""))[:60],
    )
    page = listing.people(wanted, within=current_user.locality_id, page=request.args.get("page", 1, type=int))
    address = partial(_people_address, asked)
    choices = {
        "is_combined": lambda user: forbidden_together(user.roles),
        "roles": ROLES,
        "origins": MEMBER_ORIGINS,
        "states": STATES,
        "organisations": queries.organisations(),
    }
    return render_template("admin/people.html", page=page, asked=asked, address=address, **choices)


@admin.route("/people/new", methods=["GET", "POST"])
def new_person() -> Response | tuple[str, int]:
    """A new account; its first password is shown once."""
    form = AccountForm().offered(current_user)
    password = passwords.invent(username=form.username.data or "")
    made = attempt(form, lambda: accounts.create_user(current_user, form.account(), password=password))
    if made is None:
        return form_page(
            form, title="新建账号", nav="people", back=url_for("admin.people"), back_words="人员", submit="建立账号"
        )
    flash(f"{made.name}（{made.username}）的账号已建立。", "success")
    return redirect(_handover_address(made.id, password))


@admin.get("/people/<string:user_id>")
def person(user_id: str) -> str:
    """One person: account, groups, certificate, where signed in."""
    return _person_page(user_id, LeavingForm(formdata=None))


@admin.route("/people/<string:user_id>/edit", methods=["GET", "POST"])
def edit_person(user_id: str) -> Response | tuple[str, int]:
    """The account's name, roles, organisation, origin and reach: each field to whose duty it is."""
    user = queries.find_user(user_id)
    form = AccountForm(data=_values(user_id)).offered(current_user).stands_on(_values(user_id))
    form.username.data = user.username
    form.username.render_kw = {"readonly": True}
    if attempt(
        form,
        lambda: accounts.change_user(current_user, user_id, form.account(of=user)),
        read=lambda: _values(user_id),
    ):
        flash(f"{user.name} 的账号已保存。角色改变的，原有登录已结束。", "success")
        return redirect(url_for("admin.person", user_id=user_id))
    back = url_for("admin.person", user_id=user_id)
    return form_page(form, title="修改账号", nav="people", back=back, back_words=user.name, submit="保存")


@admin.post("/people/<string:user_id>/password")
def reset_password(user_id: str) -> Response:
    """A password for one sign-in; then the page that shows it once."""
    password = accounts.reset_password(current_user, user_id)
    flash(f"{queries.find_user(user_id).name} 的密码已重置。", "success")
    return redirect(_handover_address(user_id, password))


@admin.get("/people/<string:user_id>/one-time-password/<string:token>")
def one_time_password(user_id: str, token: str) -> tuple[str, int]:
    """The one-time password, the first time that this address is opened; afterwards only that it was shown."""
    user, password = queries.find_user(user_id), handing_over.take(current_user, user_id, token)
    return render_template("admin/handed_over.html", user=user, password=password), 200 if password else 410


@admin.post("/people/<string:user_id>/disabling")
def disable_person(user_id: str) -> Response | tuple[str, int]:
    """Shuts the account, with the reason, and what goes with it."""
    form = LeavingForm()
    left = attempt(form, lambda: leaving.let_go(current_user, user_id, form.leaving()))
    if left:
        flash(
            f"{queries.find_user(user_id).name} 的账号已停用，所有登录已结束。已有记录全部保留。" + form.words_of(left),
            "success",
        )
        return redirect(url_for("admin.person", user_id=user_id))
    return _person_page(user_id, form), 422


@admin.post("/people/<string:user_id>/enabling")
def enable_person(user_id: str) -> Response:
    """Opens the account again."""
    user = accounts.enable_user(current_user, user_id)
    flash(f"{user.name} 的账号已重新启用，密码不变。", "success")
    return redirect(url_for("admin.person", user_id=user_id))


@admin.post("/people/<string:user_id>/unlocking")
def unlock_person(user_id: str) -> Response:
    """Forgets the failed sign-ins."""
    user = queries.find_user(user_id)
    count = lockout.unlock(current_user, user.username)
    flash(f"已清除 {user.name} 的 {count} 次登录失败，可以立即登录。", "success")
    return redirect(url_for("admin.person", user_id=user_id))


@admin.post("/people/<string:user_id>/sign-ins/<string:sign_in_id>/end")
def end_sign_in_of(user_id: str, sign_in_id: str) -> Response:
    """Ends one sign-in from here."""
    operations.end_sign_in(current_user, sign_in_id)
    name = queries.find_user(user_id).name
    flash(f"{name} 在该设备的登录已结束。未上传的记录仍在设备里，重新登录后继续。", "success")
    return redirect(url_for("admin.person", user_id=user_id))


@admin.route("/people/import", methods=["GET", "POST"])
def import_people() -> str | tuple[str, int]:
    """Accounts from a spreadsheet: either every mistake in it, or all of them made and their first passwords."""
    file = request.files.get("file")
    if request.method == "GET" or file is None or not file.filename:
        status = 200 if request.method == "GET" else 422
        return render_template("admin/people_import.html", mistakes=[], is_empty=status == 422), status
    content = file.stream.read(importing.FILE_LIMIT_BYTES + 1)
    imported = importing.import_users(current_user, content, name=file.filename)
    if imported.mistakes:
        return render_template("admin/people_import.html", mistakes=imported.mistakes, is_empty=False), 422
    scopes = queries.names_of_localities()
    return render_template("admin/people_imported.html", imported=imported, scopes=scopes, sees=sees)


@admin.get("/people/import/template")
def people_template() -> Response:
    """The empty spreadsheet to fill in."""
    headers = {"Content-Disposition": "attachment; filename=people.xlsx"}
    return Response(template(), content_type=XLSX, headers=headers)


def _person_page(user_id: str, form: LeavingForm) -> str:
    user = queries.find_user(user_id)
    return render_template(
        "admin/person.html",
        user=user,
        scope_words=_scope_words(user),
        form=form,
        origins=MEMBER_ORIGINS,
        groups=queries.groups_of(user),
        recusals=declared_recusals.agencies_of(user),
        recused_visits=recusal.ahead_of(user),
        certificate=queries.certificate_of(user),
        certificate_kinds=CERTIFICATE_KINDS,
        sign_ins=queries.sign_ins_of(user),
        failures=listing.failed_sign_ins(user, at=now()),
    )


def _scope_words(user: User) -> str:
    if sees(user):
        return queries.names_of_localities()[user.locality_id]
    return "只看自己的" if may(user, "field.file") else "只看本单位" if may(user, "agency.read") else "没有"


def _values(user_id: str) -> dict[str, object]:
    return AccountForm.values_of(queries.find_user(user_id))


def _handover_address(user_id: str, password: str) -> str:
    token = handing_over.hand_over(current_user, user_id, password)
    return url_for("admin.one_time_password", user_id=user_id, token=token)


def _people_address(asked: dict[str, Any], number: int) -> str:
    return url_for("admin.people", page=number, **asked)
