"""What administrators fill in. Meaning is checked by the rooms; what they refuse is put at its field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import render_template, request
from flask_wtf import FlaskForm
from wtforms import (
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from fieldapp.checklists import labels
from fieldapp.errors import Refused
from fieldapp.people import queries
from fieldapp.people.models import (
    Organisation,
    User,
)
from fieldapp.web import form_limits

Choices = list[SelectChoice]
Done = TypeVar("Done")
NEEDED = InputRequired("这一项必填。")


def offer(words: Mapping[str, str]) -> Choices:
    """Words by value, to choose from."""
    return [SelectChoice(value, label) for value, label in words.items()]


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DeskForm(FlaskForm):  # type: ignore[misc]
    """A form that shows what a room refused. `HINTS`: words under a field; `OPTIONAL`: fields that may stay empty.

    `KEPT_IN`: whose rows keep the fields; what its columns hold is as much as they take.
    """

    HINTS: dict[str, str] = {}
    OPTIONAL: frozenset[str] = frozenset()
    KEPT_IN: type | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form_limits.limit(self, self.KEPT_IN)

    def take_over(self, refusal: Refused) -> None:
        """Puts each fault at the field that its pointer names; what has no field goes to the first."""
        visible = [field for field in self if field.name != "csrf_token"]
        for fault in refusal.faults:
            name = fault.pointer.lstrip("/").split("/")[0]
            field = self[name] if name in self else visible[0]
            field.errors = [*field.errors, fault.detail]


class ReasonForm(DeskForm):
    """Why something is shut or cancelled."""

    reason = StringField("原因", validators=[NEEDED, Length(max=200)])


def domain_choices() -> Choices:
    """The 重点领域 of the current checklist."""
    return offer(labels.domains_on_offer())


def named(organisations: Sequence[Organisation], *, but: tuple[str, ...] = ()) -> Choices:
    """Organisations to choose from, without those of the kinds in `but`."""
    return [SelectChoice(row.id, row.name) for row in organisations if row.kind not in but]


def employers(kept_id: str | None) -> Choices:
    """The organisations that people can belong to; a closed one only where somebody belongs to it already."""
    rows = queries.organisations(with_disabled=True)
    return named([row for row in rows if row.disabled_at is None or row.id == kept_id], but=("county", "locality"))


def people_choices(users: Sequence[User]) -> Choices:
    """People to choose from, each with where they belong."""
    return [SelectChoice(user.id, f"{user.name}({user.organisation.short_name})") for user in users]


def attempt(form: DeskForm, deed: Callable[[], Done]) -> Done | None:
    """What `deed` gives once the form was sent and well filled; none, with the faults at their fields, otherwise."""
    if not form.validate_on_submit():
        return None
    try:
        return deed()
    except Refused as refusal:
        form.take_over(refusal)
        return None


def form_page(form: DeskForm, **words: object) -> tuple[str, int]:
    """A page with nothing but `form`. `words`: title, nav, back (an address), back_words, submit, lead."""
    return render_template("admin/form.html", form=form, **words), 422 if request.method == "POST" else 200
