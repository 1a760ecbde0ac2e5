"""登录: the page that asks for user name and password."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.errors import FieldappError
from fieldapp.people import operations
from fieldapp.people.models import User
from fieldapp.web import kept_text
from fieldapp.web.addresses import local_path
from fieldapp.web.navigation import home_of
from fieldapp.web.sessions import start_session
from fieldapp.web.sign_in import sign_in
from fieldapp.web.sign_in.forms import SignInForm

Answer = Response | str | tuple[str, int]


@sign_in.get("/sign-in")
def form() -> Answer:
    """The form; whoever is signed in already goes on."""
    wanted = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted or home_of(current_user))
    return _page(SignInForm(formdata=None, next=wanted or ""))


@sign_in.post("/sign-in")
def enter() -> Answer:
    """Signs in and leads on; else the form again, with what was wrong and the user name kept."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        user, token = operations.sign_in(
            form.username.data,
            form.password.data,
            address=request.remote_addr or "",
            browser=request.user_agent.string,
        )
    except FieldappError as refusal:
        return _page(form, refusal), refusal.status
    start_session(token)
    return redirect(_after(user, kept_text.own_path(user, local_path(form.next.data))))


def _after(user: User, wanted: str | None) -> str:
    if not user.must_change_password:
        return wanted or home_of(user)
    flash("这是管理员设置的临时密码，请先改成自己的密码。", "warning")
    return url_for("account.password", next=wanted)


def _page(form: SignInForm, refusal: FieldappError | None = None) -> str:
    return render_template("sign_in/sign_in.html", form=form, refusal=refusal)
