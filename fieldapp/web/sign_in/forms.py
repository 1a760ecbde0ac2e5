"""What is asked for when signing in and when choosing a new password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from fieldapp.errors import Refused
from fieldapp.people.passwords import MAXIMUM_CHARACTERS
from fieldapp.web.chinese import ChineseForm


class SignInForm(ChineseForm):
    """User name and password, and where the person wanted to go."""

    username = StringField(
        "账号", validators=[InputRequired("请填写账号。"), Length(max=60, message="账号最多 60 个字符。")]
    )
    password = PasswordField("密码", validators=[InputRequired("请填写密码。"), Length(max=1000, message="密码太长。")])
    next = HiddenField()


class PasswordForm(ChineseForm):
    """The old password once, the new one twice."""

    old = PasswordField("原密码", validators=[InputRequired("请填写原密码。")])
    new = PasswordField(
        "新密码",
        validators=[
            InputRequired("请填写新密码。"),
            Length(max=MAXIMUM_CHARACTERS, message=f"新密码最多 {MAXIMUM_CHARACTERS} 个字符。"),
        ],
    )
    again = PasswordField(
        "再次输入新密码", validators=[InputRequired("请再次输入新密码。"), EqualTo("new", "两次输入的新密码不一致。")]
    )
    next = HiddenField()

    def take_over(self, refusal: Refused) -> None:
        """Puts what the people room refused at the field that it is about."""
        for fault in refusal.faults:
            field = {"/old": self.old, "/new": self.new}.get(fault.pointer, self.new)
            field.errors = [*field.errors, fault.detail]
