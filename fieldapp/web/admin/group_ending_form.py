"""The form that ends a working group."""

from collections.abc import Sequence
from typing import Any, Self

from wtforms import SelectField, StringField
from wtforms.validators import Length

from fieldapp.visits.models import Visit
from fieldapp.web.admin.forms import CHOSEN, NEEDED, DeskForm, choose, offer

_VISITS = {"cancel": "一并取消，原因写“工作组已结束”", "keep": "留在名单里，标明“工作组已结束”"}


class GroupEndingForm(DeskForm):
    """Why a group ends, and what becomes of its planned visits, when there are any."""

    HINTS = {"reason": "例如：专项结束、改组。原因记入审计。"}

    reason = StringField("原因", validators=[NEEDED, Length(max=200)])
    visits = SelectField("已安排、还没开始的活动", choices=choose(offer(_VISITS)), validators=[CHOSEN])

    def about(self, planned: Sequence[Visit]) -> Self:
        """The form for a group with these planned visits."""
        if not planned:
            del self.visits
        return self

    def wanted(self) -> dict[str, Any]:
        """What was filled in, as ending.end_group takes it."""
        return {"reason": self.reason.data, "cancels_visits": bool(self.visits) and self.visits.data == "cancel"}
