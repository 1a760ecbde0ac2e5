"""A sealed telephone: masked as a rule, in clear for one look that the chain remembers."""

from hashlib import sha256

import pytest

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.errors import NotAllowed, Refused
from fieldapp.filing.unmasking import mask_phone, note


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("000-0000-0009", "000****09"), ("1234567", "123****67"), ("123456", "****"), ("", "****")],
)
def test_a_telephone_shows_its_ends_and_a_short_one_nothing(phone, shown):
    assert mask_phone(phone) == shown


def test_a_look_is_in_the_chain_with_who_what_and_a_digest_of_why(county):
    rating = ids.mint()

    note(county.qian, kind="rating", subject_id=rating, reason=" 回访核实 ")

    entry = audit.entry(audit.head()[0])
    assert (entry.event, entry.actor_id, entry.subject_kind, entry.subject_id) == (
        "rating.contact_unmasked", county.qian.id, "rating", rating,
    )  # fmt: skip
    assert audit.details_of(entry) == {"reason_digest": sha256("回访核实".encode()).hexdigest()}


def test_who_may_not_and_who_gives_no_reason_leave_no_look(county):
    with pytest.raises(NotAllowed):
        note(county.zhang_san, kind="rating", subject_id=ids.mint(), reason="好奇")
    with pytest.raises(Refused) as refused:
        note(county.qian, kind="rating", subject_id=ids.mint(), reason=" \n")
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        ("/reason", "请写明查看的理由，将记入审计日志")
    ]
    assert audit.head() is None
