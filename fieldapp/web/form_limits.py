"""How much a field of a form takes: what the column behind it holds, a number that fits, a year that is meant."""

from typing import Any

from wtforms import DateField, DateTimeField, Form, IntegerField, StringField
from wtforms.validators import Length, NumberRange, ValidationError

from fieldapp.capacity import LARGEST_INTEGER, characters_of

YEARS = range(2000, 2101)
LONGEST_WITHOUT_COLUMN = 2000  # characters of a field that no column of its name keeps


def limit(form: Form, model: type | None) -> None:
    """Gives every field of `form` its limits, those that it states itself going first. `model`: whose rows keep it."""
    for field in form:
        if isinstance(field, IntegerField):
            _limit_number(field)
        elif isinstance(field, DateField | DateTimeField):
            field.validators = [*field.validators, _year_is_meant]
        elif isinstance(field, StringField) and field.type != "HiddenField":
            _limit_length(field, characters_of(model, field.short_name) if model else None)


def _limit_length(field: Any, characters: int | None) -> None:
    own = [one for one in field.validators if isinstance(one, Length)]
    for one in own:
        one.message = one.message or f"最多 {one.max} 个字。"
    most = min([characters or LONGEST_WITHOUT_COLUMN, *(one.max for one in own if one.max > 0)])
    field.validators = [*field.validators, Length(max=most, message=f"最多 {most} 个字。")]
    field.flags.maxlength = most


def _limit_number(field: Any) -> None:
    if not any(isinstance(one, NumberRange) for one in field.validators):
        words = f"请填 {-LARGEST_INTEGER} 到 {LARGEST_INTEGER} 之间的整数。"
        field.validators = [*field.validators, NumberRange(-LARGEST_INTEGER, LARGEST_INTEGER, words)]


def _year_is_meant(_form: Form, field: Any) -> None:
    if field.data is not None and field.data.year not in YEARS:
        raise ValidationError(f"年份应在 {YEARS.start} 到 {YEARS.stop - 1} 之间。")
