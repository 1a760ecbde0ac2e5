"""The form that shuts an account, and asks in the same step for what goes with it."""

from flask_login import current_user
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from fieldapp.access import may
from fieldapp.people.leaving import Leaving, Left
from fieldapp.web.admin.forms import ReasonForm

_CHOICES = {"suspended": "暂停（调岗、待定，以后还能恢复）", "revoked": "注销（离岗，不能恢复）", "": "不动，仍然有效"}


class LeavingForm(ReasonForm):
    """Why an account is shut, and what becomes of the certificate and the seats in groups."""

    certificate = SelectField(
        "他的监督证", choices=[SelectChoice(value, words) for value, words in _CHOICES.items()], default="suspended"
    )
    leaves_groups = BooleanField("同时移出所有工作组", default=True)

    def leaving(self) -> Leaving:
        """What was filled in; the account alone for whoever does not keep the registers."""
        if not may(current_user, "registers.edit"):
            return Leaving(self.reason.data, "", False)
        return Leaving(self.reason.data, self.certificate.data, self.leaves_groups.data)

    def words_of(self, left: Left) -> str:
        """What else was done, in words."""
        words = []
        if left.certificates:
            deed = "注销" if self.certificate.data == "revoked" else "暂停"
            words.append(f"证件 {'、'.join(left.certificates)} 已{deed}，公开核验页立即显示。")
        if left.leads:
            words.append(f"他还是{'、'.join(left.leads)}的组长，请到“工作组”另定组长。")
        return "".join(words)
