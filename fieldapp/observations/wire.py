"""The shape of an observation as phones send it."""

from typing import Annotated

from pydantic import Field

from fieldapp.filing.shapes import FilingShape, Id, Line, Milliseconds, Person, Shape, Signature, Text, Time


class Location(Shape):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    accuracy: Annotated[float, Field(ge=0, le=10**7)] | None = None


class Officer(Shape):
    """One officer. `register`: what the phone read of the number in its register, of officers.rules.RESULTS."""

    name: Line
    register_said: Annotated[Line | None, Field(alias="register")] = None
    certificate_no: Line | None = ""


class TimelineEntry(Shape):
    at_ms: Milliseconds
    text: Text


class Answer(Shape):
    """逐项结果: only what the program relies on before the checklist's own rules judge the rest."""

    evidence: Annotated[list[Id], Field(max_length=200)] | None = None


class Signatures(Shape):
    """Who else may sign at the scene; the recorder's own is `signature`."""

    second: Signature | None = None
    officers: Signature | None = None
    party: Signature | None = None


class Reply(Shape):
    """What the author answers to one comment of a return."""

    how: Line
    words: Text | None = ""


class ObservationShape(FilingShape):
    checklist_version: Line
    ended_at: Time | None = None
    location: Location | None = None
    officers: Annotated[list[Officer], Field(max_length=50)] = []
    party: Person | None = None
    case_no: Line | None = ""
    circumstances: list[Line] = []
    answers: dict[str, Answer]
    officers_statement: Text | None = ""
    timeline: Annotated[list[TimelineEntry], Field(max_length=500)] = []
    summary: Text | None = ""
    unfiled_evidence: Annotated[list[Id], Field(max_length=500)] = []
    signatures: Signatures | None = None
    replies: dict[Line, Reply] | None = None
