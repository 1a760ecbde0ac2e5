"""The forms that issue posters and slips."""

from datetime import datetime, time, timedelta

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fieldapp.access import FIELD_ROLES
from fieldapp.clock import CHINA
from fieldapp.people import listing, queries
from fieldapp.people.models import User
from fieldapp.rating_codes.models import RatingCode
from fieldapp.web.admin.forms import DeskForm

MOST_EACH = 100
_TARGETS = {"agency": "agency_id", "locality": "locality_id", "point": "contact_point_id"}


class PosterForm(DeskForm):
    """A poster: for whom, where it hangs, until when."""

    HINTS = {
        "target": "贴在单位窗口的选行政执法机关；贴在镇上的选区镇；贴在企业、村、社区联系点的选联系点（还能收意见）。",
        "place": "印在海报上，也便于以后查找，例如“一楼大厅”。",
        "expires_on": "不填则长期有效，随时可以作废。",
    }
    OPTIONAL = frozenset({"place", "expires_on"})
    KEPT_IN = RatingCode

    target = SelectField("给谁", validators=[InputRequired("请选择。")])
    place = StringField("张贴地点", validators=[Length(max=120)])
    expires_on = DateField("最后有效日", validators=[Optional()])

    def offered(self) -> "PosterForm":
        """The form with today's agencies, 区镇 and contact points."""
        points = [row for row in listing.contact_points() if row.ended_at is None]
        self.target.choices = {
            "": [SelectChoice("", "请选择")],
            "行政执法机关": [SelectChoice(f"agency:{row.id}", row.name) for row in queries.agencies()],
            "区镇": [SelectChoice(f"locality:{row.id}", row.name) for row in queries.localities()],
            "联系点": [SelectChoice(f"point:{row.id}", f"{row.name}（{row.locality.name}）") for row in points],
        }
        return self

    def poster(self) -> dict[str, object]:
        """What was filled in, as issue_poster takes it."""
        kind, _, target_id = self.target.data.partition(":")
        last = self.expires_on.data
        expires_at = datetime.combine(last + timedelta(days=1), time(), tzinfo=CHINA) if last else None
        return {_TARGETS.get(kind, "agency_id"): target_id, "place": self.place.data or "", "expires_at": expires_at}


class SlipForm(DeskForm):
    """Slips on paper: for one person or each member of a group."""

    HINTS = {
        "holder": "选工作组，就给组长和每名组员各发一份。手机上的一次码会自动补充，不用在这里发。",
        "count": f"每人张数，1–{MOST_EACH}。A4 每页 8 张。",
    }

    holder = SelectField("发给谁", validators=[InputRequired("请选择。")])
    count = IntegerField(
        "每人张数",
        default=8,
        validators=[InputRequired("请填张数。"), NumberRange(1, MOST_EACH, f"请填 1–{MOST_EACH}。")],
    )

    def offered(self) -> "SlipForm":
        """The form with today's groups and everybody who goes along on visits."""
        people = queries.users(*FIELD_ROLES)
        self.holder.choices = {
            "": [SelectChoice("", "请选择")],
            "工作组": [SelectChoice(f"group:{group.id}", group.name) for group in listing.working_groups()],
            "个人": [SelectChoice(f"user:{one.id}", f"{one.name}（{one.organisation.short_name}）") for one in people],
        }
        return self

    def holders(self) -> list[User]:
        """Who gets slips, each once."""
        kind, _, chosen_id = self.holder.data.partition(":")
        if kind != "group":
            return [queries.find_user(chosen_id)]
        group = queries.find_group(chosen_id)
        everybody = [group.lead, *(member.user for member in group.members)]
        return [user for user in {user.id: user for user in everybody}.values() if user.is_active]
