"""The shape of a roundtable as it is sent: models of pydantic (BaseModel), checked once at the border."""

from typing import Annotated

from pydantic import Field

from fieldapp.filing.shapes import AnyFilingShape, Day, Id, Line, Salt, Shape, Text

MOST_LINES = 200  # of points, agreements, actions and names each


class Present(Shape):
    """How many came from one 界别."""

    origin: Line
    count: Annotated[int, Field(ge=0, le=10_000)]
    unit: Line = ""


class Named(Shape):
    name: Line
    unit: Line = ""
    origin: Line = ""


class People(Shape):
    """Who was there by name: the only personal part; the salt keeps its commitment from being guessed."""

    salt: Salt
    named: Annotated[list[Named], Field(max_length=MOST_LINES)] = []


class Point(Shape):
    text: Text
    origin: Line = ""


class Action(Shape):
    """What is to be done. `agency`: of the register; `who`: in words, beside it or instead."""

    what: Text
    agency: Id | None = None
    who: Line = ""
    due: Day | None = None


class Consent(Shape):
    version: Line
    given: bool


class RoundtableShape(AnyFilingShape):
    topic: Line = ""
    place: Line = ""
    chair: Line = ""
    agency: Id | None = None
    locality: Id | None = None
    present: Annotated[list[Present], Field(max_length=50)] = []
    people: People | None = None
    points: Annotated[list[Point], Field(max_length=MOST_LINES)] = []
    consensus: Annotated[list[Text], Field(max_length=MOST_LINES)] = []
    actions: Annotated[list[Action], Field(max_length=MOST_LINES)] = []
    photos: Annotated[list[Id], Field(max_length=50)] = []
    consent: Consent | None = None
