"""Every event has its exact fields, and one set of them."""

import pytest

from fieldapp.audit import events


def test_an_event_is_declared_once_with_the_same_fields_or_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "EVENTS", dict(events.EVENTS))
    events.declare("thing.done", ("one",))
    events.declare("thing.done", ("one",))

    with pytest.raises(ValueError, match="other fields"):
        events.declare("thing.done", ("one", "two"))
    assert events.EVENTS["thing.done"] == ("one",)
