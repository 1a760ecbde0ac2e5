"""The shape of an interview as phones send it."""

from typing import Annotated, Literal

from pydantic import Field

from fieldapp.filing.shapes import FilingShape, Id, Line, Milliseconds, Person, Shape, Text


class Consent(Shape):
    version: Line
    given: bool
    method: Line
    at_ms: Milliseconds | None = None


class Refusal(Shape):
    reason: Text | None = ""


class InterviewShape(FilingShape):
    consent: Consent | None = None
    anonymous: bool = True
    is_adult: bool | None = None
    respondent: Person | None = None
    conducted: Line | None = "in_person"
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    facts: dict[str, Literal["yes", "no", "unclear"]] = {}
    answers: dict[str, Text] = {}
    opinion: Text | None = ""
    suggestion: Text | None = ""
    recordings: Annotated[list[Id], Field(max_length=50)] = []
    refused: Refusal | None = None
