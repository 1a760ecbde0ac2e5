"""The shape of a confirmation as phones send it."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from fieldapp.filing.shapes import FilingShape, Id, Line, Revision, Shape, Text

_HEX64 = re.compile("[0-9a-f]{64}", re.ASCII)


def _digest(text: str) -> str:
    if not _HEX64.fullmatch(text):
        raise ValueError("应为 64 位十六进制数")
    return text


class Deviation(Shape):
    """One item where it was otherwise. `value`: what the second supervisor would have answered."""

    item: Line
    reason: Text = ""
    value: Line | None = None


class ConfirmationShape(FilingShape):
    observation: Id
    observation_revision: Revision
    observation_digest: Annotated[str, AfterValidator(_digest)]
    deviations: Annotated[list[Deviation], Field(max_length=200)] = []
    remark: Text | None = ""
