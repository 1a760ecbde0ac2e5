"""The shape of a confirmation as phones send it."""

from typing import Annotated

from pydantic import Field

from fieldapp.filing.shapes import Digest, FilingShape, Id, Line, Revision, Shape, Text


class Deviation(Shape):
    """One item where it was otherwise. `value`: what the second supervisor would have answered."""

    item: Line
    reason: Text = ""
    value: Line | None = None


class ConfirmationShape(FilingShape):
    observation: Id
    observation_revision: Revision
    observation_digest: Digest
    deviations: Annotated[list[Deviation], Field(max_length=200)] = []
    remark: Text | None = ""
