"""What judging a batch knows: made once, and asked by name."""

from fieldapp.audit.chain import GENESIS
from fieldapp.filing.parts import ARRIVED, Held


def test_what_is_made_of_it_is_made_at_the_first_asking_alone():
    held, made = Held(), []

    def make(given):
        made.append(given)
        return len(made)

    assert [held.once(make), held.once(make)] == [1, 1]
    assert made == [held]


def test_of_the_named_files_those_are_here_that_are_the_author_s_own_in_the_order_of_naming():
    held = Held({ARRIVED: [{"id": "a", "author": "me"}, {"id": "b", "author": "you"}, {"id": "c", "author": "me"}]})

    assert held.arrived_of("me", ["c", "x", "b", "a"]) == ["c", "a"]
    assert Held().arrived_of("me", ["a"]) == [], "a kind that names no files asks for none"


def test_an_id_is_borne_by_what_is_of_another_kind_only():
    held = Held(bearers={"v": "visit", "o": "observation"})

    assert held.bearer("v", "observation") == "visit"
    assert held.bearer("o", "observation") is None
    assert held.bearer("x", "observation") is None


def test_before_anything_was_asked_the_chain_is_empty():
    assert Held().chain_end == (0, GENESIS)
