"""What administrators fill in. Meaning is checked by the rooms; what they refuse is put at its field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar

from flask import render_template, request
from wtforms import Field, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from fieldapp import editing
from fieldapp.checklists import labels
from fieldapp.errors import Refused
from fieldapp.people import queries
from fieldapp.people.models import (
    Organisation,
    User,
)
from fieldapp.web import form_limits, kept_text
from fieldapp.web.chinese import ChineseForm

Choices = list[SelectChoice]
Done = TypeVar("Done")
NEEDED = InputRequired("这一项必填。")
CHOSEN = InputRequired("请选择。")


def offer(words: Mapping[str, str]) -> Choices:
    """Words by value, to choose from."""
    return [SelectChoice(value, label) for value, label in words.items()]


def choose(choices: Choices) -> Choices:
    """The choices with none of them made yet."""
    return [SelectChoice("", "请选择"), *choices]


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DeskForm(ChineseForm):
    """A form that shows what a room refused. `HINTS`: words under a field; `OPTIONAL`: fields that may stay empty.

    `KEPT_IN`: whose rows keep the fields; what its columns hold is as much as they take.
    """

    class Meta(ChineseForm.Meta):
        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What was sent; on a page that is only looked at, what is given back after a sign-in."""
            sent = super().wrap_formdata(form, formdata)
            given_back = kept_text.kept() if sent is None else None
            return given_back if given_back and any(field.name in given_back for field in form) else sent

    HINTS: dict[str, str] = {}
    OPTIONAL: frozenset[str] = frozenset()
    KEPT_IN: type | None = None
    seen = ""
    sure = ""
    questions: Sequence[str] = ()
    differences: Sequence[tuple[str, str, str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form_limits.limit(self, self.KEPT_IN)

    def stands_on(self, values: Mapping[str, Any]) -> Self:
        """The form of a row that holds `values` now: what it will say that it has shown."""
        shown = kept_text.typed().get("seen", "")
        self.seen = shown if request.method == "POST" or shown else editing.version_of(values)
        return self

    def show_change(self, present: Mapping[str, Any]) -> None:
        """Somebody else has changed the row since: both are shown, and the next press is made knowing it."""
        self.seen = editing.version_of(present)
        pairs = [(field, _words_of(field, present[field.name])) for field in self if field.name in present]
        found = [(field.label.text, words, _words_of(field, field.data)) for field, words in pairs]
        self.differences = [one for one in found if one[1] != one[2]]

    def is_sure_of(self, questions: Sequence[str]) -> bool:
        """Whether there is nothing to ask, or just this has been asked and confirmed."""
        self.questions, self.sure = questions, editing.version_of({"questions": list(questions)})
        return not questions or request.form.get("sure") == self.sure

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


def employers(kept_id: str | None, *, within: str | None = None) -> Choices:
    """The organisations that people can belong to; a closed one only where somebody belongs to it already.

    `within`: those of this 区镇 only.
    """
    rows = [row for row in queries.organisations(with_disabled=True) if within in (None, row.locality_id)]
    return named([row for row in rows if row.disabled_at is None or row.id == kept_id], but=("county", "locality"))


def localities_for(actor: User) -> Choices:
    """The 区镇 that the administrator may write into a row; the whole county only for whoever ends at none."""
    rows = queries.localities()
    if actor.locality_id:
        return named([row for row in rows if row.id == actor.locality_id])
    return [SelectChoice("", "全市"), *named(rows)]


def people_choices(users: Sequence[User]) -> Choices:
    """People to choose from, each with where they belong."""
    return [SelectChoice(user.id, f"{user.name}（{user.organisation.short_name}）") for user in users]


def attempt(
    form: DeskForm,
    deed: Callable[[], Done],
    *,
    doubts: Callable[[], Sequence[str]] = list,
    read: Callable[[], Mapping[str, Any]] | None = None,
) -> Done | None:
    """What `deed` gives once the form was sent and well filled; none, with the faults at their fields, otherwise.

    `doubts`: questions that must be confirmed first. `read`: the values that the row holds now, for a form that changes
    one; when they are no longer those that the form has shown, nothing is done and both are shown.
    """
    if not form.validate_on_submit() or not form.is_sure_of(doubts()):
        return None
    try:
        return editing.change(read, form.seen, deed) if read else deed()
    except editing.ChangedSince as changed:
        form.show_change(changed.now)
    except Refused as refusal:
        form.take_over(refusal)
    return None


def _words_of(field: Field, value: Any) -> str:
    """A value of a field as the form writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    words = {str(key): label for key, label, *_ in field.iter_choices()} if hasattr(field, "iter_choices") else {}
    chosen = value if isinstance(value, list) else [value]
    return "、".join(words.get(str(one), str(one)) for one in chosen if one not in (None, "")) or "（空）"


def form_page(form: DeskForm, **words: object) -> tuple[str, int]:
    """A page with nothing but `form`. `words`: title, nav, back (an address), back_words, submit, lead."""
    return render_template("admin/form.html", form=form, **words), 422 if request.method == "POST" else 200
