"""The shapes of what phones send beside their filings."""

from typing import Annotated, Any

from pydantic import Field

from fieldapp.filing.shapes import Digest, Id, Line, Shape, Time


class BindingShape(Shape):
    """A slip shown at a visit; `bound_at` by the phone's clock."""

    visit: Id
    bound_at: Time


class OfficerCodeShape(Shape):
    """A one-time code for the officer, by its SHA-256: the token itself stays on the phone."""

    code: Digest


class HeartbeatShape(Shape):
    unsent_records: Annotated[int, Field(ge=0, le=10**6)] = 0
    unsent_files: Annotated[int, Field(ge=0, le=10**6)] = 0
    oldest_unsent_at: Time | None = None
    highest_sequence: Annotated[int, Field(ge=0, le=10**9)] = 0
    app_version: Line | None = ""
    storage: dict[str, Any] | None = None
    receipts: Annotated[list[dict[str, Any]], Field(max_length=500)] = []
    erased_after: Annotated[int, Field(ge=0, le=2 * 10**14)] = 0
