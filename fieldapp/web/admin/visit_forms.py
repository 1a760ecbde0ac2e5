"""The form that arranges a visit."""

from typing import Any

from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from fieldapp.checklists import labels
from fieldapp.clock import CHINA, china
from fieldapp.people import listing, queries
from fieldapp.people.models import User
from fieldapp.visits.models import VISIT_SOURCES, Visit
from fieldapp.visits.planning import VisitPlan
from fieldapp.web.admin.forms import CHOSEN, NEEDED, DeskForm, choose, domain_choices, named, offer


class VisitForm(DeskForm):
    """A visit to be arranged."""

    HINTS = {
        "starts_at": "北京时间。",
        "place": "组员照着能找到：镇、路、门牌，单位或车间的名称。",
        "locality_id": "不选则按工作组或行政执法机关所在区镇。",
    }
    OPTIONAL = frozenset({"matter", "locality_id"})
    KEPT_IN = Visit

    starts_at = DateTimeLocalField("开始时间", format="%Y-%m-%dT%H:%M", validators=[InputRequired("请填写时间。")])
    group_id = SelectField("监督工作组", validators=[CHOSEN])
    agency_id = SelectField("行政执法机关", validators=[CHOSEN])
    domain = SelectField("领域", validators=[CHOSEN])
    mode = SelectField("监督方式", validators=[CHOSEN])
    place = StringField("地点", validators=[NEEDED, Length(max=200)])
    matter = TextAreaField("执法事项", validators=[Length(max=200)])
    source = SelectField("任务来源", choices=offer(VISIT_SOURCES))
    locality_id = SelectField("区镇")

    def offered(self, actor: User) -> "VisitForm":
        """The form with today's groups, agencies, and the domains and modes of the current checklist."""
        self.group_id.choices = choose(
            [SelectChoice(group.id, group.name) for group in listing.working_groups(within=actor.locality_id)]
        )
        self.agency_id.choices = choose(named(queries.agencies()))
        self.domain.choices = choose(domain_choices())
        self.mode.choices = choose(offer(labels.MODES))
        self.locality_id.choices = [SelectChoice("", "按工作组"), *named(queries.localities())]
        return self

    @staticmethod
    def values_of(visit: Visit) -> dict[str, Any]:
        """What the form shows of a visit."""
        names = ("group_id", "agency_id", "domain", "mode", "place", "matter", "source", "locality_id")
        starts_at = china(visit.starts_at).replace(tzinfo=None)
        return {"starts_at": starts_at, **{name: getattr(visit, name) or "" for name in names}}

    def plan(self) -> VisitPlan:
        """What was filled in, with the time on the Chinese clock."""
        return VisitPlan(
            mode=self.mode.data,
            domain=self.domain.data,
            agency_id=self.agency_id.data,
            group_id=self.group_id.data,
            starts_at=self.starts_at.data.replace(tzinfo=CHINA),
            place=self.place.data,
            matter=self.matter.data or "",
            source=self.source.data,
            locality_id=self.locality_id.data or None,
        )
