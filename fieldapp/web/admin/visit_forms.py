"""The form that arranges a visit."""

from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from fieldapp.checklists import labels
from fieldapp.clock import CHINA
from fieldapp.people import listing, queries
from fieldapp.visits.models import VISIT_SOURCES, Visit
from fieldapp.visits.planning import VisitPlan
from fieldapp.web.admin.forms import NEEDED, DeskForm, domain_choices, named, offer


class VisitForm(DeskForm):
    """A visit to be arranged."""

    HINTS = {
        "starts_at": "北京时间。",
        "place": "组员照着能找到，例如“柳湾镇示例路18号 甲一机械车间”。",
        "locality_id": "不选则按工作组或行政执法机关所在区镇。",
    }
    OPTIONAL = frozenset({"matter", "locality_id"})
    KEPT_IN = Visit

    starts_at = DateTimeLocalField("开始时间", format="%Y-%m-%dT%H:%M", validators=[InputRequired("请填写时间。")])
    group_id = SelectField("监督工作组")
    agency_id = SelectField("行政执法机关")
    domain = SelectField("领域")
    mode = SelectField("监督方式")
    place = StringField("地点", validators=[NEEDED, Length(max=200)])
    matter = TextAreaField("执法事项", validators=[Length(max=200)])
    source = SelectField("任务来源", choices=offer(VISIT_SOURCES))
    locality_id = SelectField("区镇")

    def offered(self) -> "VisitForm":
        """The form with today's groups, agencies, and the domains and modes of the current checklist."""
        self.group_id.choices = [SelectChoice(group.id, group.name) for group in listing.working_groups()]
        self.agency_id.choices = named(queries.agencies())
        self.domain.choices = domain_choices()
        self.mode.choices = offer(labels.MODES)
        self.locality_id.choices = [SelectChoice("", "按工作组"), *named(queries.localities())]
        return self

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
