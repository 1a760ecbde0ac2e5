"""The form of an officer."""

from datetime import date
from typing import Any

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from fieldapp.officers.models import Officer
from fieldapp.officers.operations import OfficerDraft
from fieldapp.people import queries
from fieldapp.people.models import User
from fieldapp.web.admin.forms import CHOSEN, NEEDED, DeskForm, choose, named


class OfficerForm(DeskForm):
    """One officer."""

    HINTS = {
        "number": "行政执法证上的编号。",
        "ended_on": "调离、注销的填从哪一天起不再有效；在用的不填。",
    }
    OPTIONAL = frozenset({"ended_on"})
    KEPT_IN = Officer

    name = StringField("姓名", validators=[NEEDED, Length(max=60)])
    number = StringField("执法证号", validators=[NEEDED, Length(max=40)])
    organisation_id = SelectField("行政执法机关", validators=[CHOSEN])
    valid_until = DateField("有效期至", validators=[InputRequired("请填写日期。")])
    ended_on = DateField("注销日期", validators=[Optional()])

    def offered(self, actor: User) -> "OfficerForm":
        """The form with the agencies that are the administrator's to write; a closed one only where it stands."""
        rows = queries.organisations("agency", with_disabled=True, within=actor.locality_id)
        kept = self.organisation_id.data
        self.organisation_id.choices = choose(named([one for one in rows if not one.disabled_at or one.id == kept]))
        return self

    @staticmethod
    def values_of(officer: Officer) -> dict[str, Any]:
        """What the form shows of an officer."""
        return {
            name: getattr(officer, name) for name in ("name", "number", "organisation_id", "valid_until", "ended_on")
        }

    def draft(self) -> OfficerDraft:
        """What was filled in."""
        return OfficerDraft(
            self.name.data, self.organisation_id.data, self.number.data, self.valid_until.data or date.min,
            self.ended_on.data,
        )  # fmt: skip
