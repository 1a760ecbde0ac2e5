"""The audit list speaks Chinese."""

from fieldapp.audit.events import EVENTS
from fieldapp.web.admin.audit_words import EVENT_GROUPS, detail_words, event_words


def test_every_event_of_the_chain_has_words_and_a_group_to_filter_by():
    unsaid = [event for event in EVENTS if event_words(event) == event]
    ungrouped = [event for event in EVENTS if not event.startswith((*EVENT_GROUPS, "person.", "receipt.", "rescue."))]

    assert (unsaid, ungrouped) == ([], [])


def test_every_field_of_an_event_has_chinese_words() -> None:
    unsaid = {name for names in EVENTS.values() for name in names if detail_words(name) == name}

    assert unsaid == set()
