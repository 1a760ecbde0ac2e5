"""One's own account: password, signed-in devices, signing out."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.errors import Refused
from fieldapp.people import operations, queries
from fieldapp.people.rules import token_hash
from fieldapp.web.addresses import local_path
from fieldapp.web.navigation import home_of
from fieldapp.web.sessions import end_session
from fieldapp.web.sign_in import account
from fieldapp.web.sign_in.browsers import browser_words, is_phone
from fieldapp.web.sign_in.forms import PasswordForm

account.add_app_template_filter(browser_words)
account.add_app_template_test(is_phone, "phone_browser")
DESKS = {"review", "agency", "admin"}


@account.before_app_request
def _new_password_first() -> Response | None:
    """A password that an administrator knows opens no desk. The phone app is let be, so that no record is held up."""
    if request.blueprint not in DESKS or not current_user.is_authenticated or not current_user.must_change_password:
        return None
    flash("这是管理员设置的临时密码，请先改成自己的密码。", "warning")
    return redirect(url_for("account.password", next=request.path if request.method == "GET" else None))


@account.get("/password")
def password() -> str:
    """The form for a new password."""
    return _password_page(PasswordForm(formdata=None, next=local_path(request.args.get("next")) or ""))


@account.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Changes the password and ends the person's other sign-ins."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _password_page(form), 422
    try:
        operations.change_password(current_user, form.old.data, form.new.data)
    except Refused as refusal:
        form.take_over(refusal)
        return _password_page(form), refusal.status
    flash("密码已修改，其他设备需要重新登录。", "success")
    return redirect(local_path(form.next.data) or home_of(current_user))


@account.get("/sign-ins")
def sessions() -> str:
    """登录设备: where this account is signed in now."""
    here = token_hash(current_user.sign_in_token)
    return render_template("sign_in/sessions.html", sign_ins=queries.sign_ins_of(current_user), here=here)


@account.post("/sign-ins/<uuid:sign_in_id>/end")
def end_sign_in(sign_in_id: object) -> Response:
    """Ends one of one's sign-ins from afar."""
    operations.end_sign_in(current_user, str(sign_in_id))
    flash("已让该设备退出登录。它上面未上传的记录不受影响。", "success")
    return redirect(url_for("account.sessions"))


@account.post("/sign-ins/end-others")
def end_others() -> Response:
    """Ends all of one's sign-ins but this one."""
    count = operations.end_all_sign_ins(current_user, current_user.id, keep_token=current_user.sign_in_token)
    flash(f"已让其他 {count} 个设备退出登录。" if count else "没有其他设备在登录。", "success")
    return redirect(url_for("account.sessions"))


@account.post("/sign-out")
def leave() -> Response:
    """Signs this browser out. Records on the phone stay where they are."""
    operations.sign_out(current_user.sign_in_token)
    end_session()
    flash("已退出登录。", "success")
    return redirect(url_for("sign_in.form"))


def _password_page(form: PasswordForm) -> str:
    return render_template("sign_in/password.html", form=form, forced=current_user.must_change_password)
