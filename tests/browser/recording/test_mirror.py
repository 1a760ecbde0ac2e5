"""The phone's own rules say what the server's say, for every mode, domain and mixture of answers."""

import random
from typing import Any

import pytest

from fieldapp.checklists import content, queries, rules
from fieldapp.filing import kinds

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
RULES = """
async ({ checklist, cases }) => {
  const { itemsFor, gapsIn, countsOf } = await import('/static/js/field/records/completeness.js');
  const { scoreOf } = await import('/static/js/field/records/scoring.js');
  return cases.map(({ mode, domain, answers }) => {
    const visit = { mode, domain };
    const items = itemsFor(checklist, visit);
    const { score, band, capped } = scoreOf(checklist, visit, answers);
    return { items: items.map((item) => item.code), gaps: gapsIn(checklist, visit, answers).map((gap) => gap.code),
      score, band, capped, no: countsOf(items, answers).no };
  });
}
"""


def _cases(whole: content.Content) -> list[dict[str, Any]]:
    chance = random.Random(20261124)
    pairs = [(mode.id, domain.id) for mode in whole.modes for domain in whole.domains]
    cases = []
    for mode, domain in pairs * 3:
        answers = {}
        for item in rules.items_for(whole, mode, domain):
            if chance.random() < 0.1:
                continue
            value = chance.choices(["yes", "no", "na", "not_observed"], [12, 1, 2, 2])[0]
            answers[item.code] = {
                "value": value,
                "note": chance.choice(["", "  ", "有记录"]),
                "evidence": [],
                "corrected_on_spot": chance.random() < 0.5,
            }
        for item in whole.optional:
            if (mode in item.modes and (not item.domains or domain in item.domains)) and chance.random() < 0.5:
                value = chance.choice(["yes", "no", "na", "not_observed", None])
                answers[item.code] = {"value": value, "note": chance.choice(["", "有记录"])}
        cases.append({"mode": mode, "domain": domain, "answers": answers})
    return cases


def test_the_phone_asks_counts_and_scores_as_the_server_does(phone: Any, scene: Any) -> None:
    whole = content.load(scene.version.content)
    cases = _cases(whole)
    page = phone.new_page()
    page.goto("/field/records")

    told = page.evaluate(RULES, {"checklist": queries.wire(scene.version), "cases": cases})

    for case, said in zip(cases, told, strict=True):
        where = {"mode": case["mode"], "domain": case["domain"]}
        gaps = rules.gaps(whole, **where, circumstances=[], answers=case["answers"])
        score = rules.score(whole, case["answers"])
        assert said["items"] == [item.code for item in rules.items_for(whole, **where)]
        assert said["gaps"] == [gap.pointer.split("/")[2] for gap in gaps]
        assert said["score"] == (None if score.score is None else float(score.score))
        assert said["band"] == (score.band and score.band.label)
        assert said["capped"] == score.capped


# What the phone of its author holds while the server's record is in a state; None: the server has none yet.
ON_THE_PHONE = {
    None: "draft", "draft": "draft", "submitted": "receipted", "returned": "returned", "approved": "receipted",
    "discarded": "discarded",
}  # fmt: skip
AUTHORS, REVIEWERS = ("save", "submit"), ("return", "approve")
DISCARD, ERASE = "discard", "erase"


def test_the_phone_knows_the_states_of_every_kind_and_offers_what_the_server_takes(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.goto("/field/records")

    told = page.evaluate("async () => ({ ...(await import('/static/js/field/records/record-states.js')) })")
    states, names = told["STATES"], told["SERVER_STATES"]

    for kind in _written_on_phones():
        assert set(_on_phones(kind)) <= set(names)
        assert {act for _, act in kind.transitions} <= {*AUTHORS, *REVIEWERS, DISCARD, ERASE}
        for state in (None, *_on_phones(kind)):
            here = states[ON_THE_PHONE[state]]
            opened = here if here["editable"] else states.get(here["next"].get("reopen"), here)
            for act in AUTHORS:
                assert opened["editable"] == ((state, act) in kind.transitions), (kind.name, state, act)
            if state is not None:  # what the server never had goes without it
                assert _can_be_discarded(page, state) == ((state, DISCARD) in kind.transitions), (kind.name, state)
        for (state, act), following in kind.transitions.items():
            if act == ERASE:
                continue
            here = ON_THE_PHONE[state]
            if act == DISCARD:
                assert states[states[here]["next"][act]]["next"]["stored"] == ON_THE_PHONE[following]
            if act in REVIEWERS:
                assert states[here]["next"].get(act, here) == ON_THE_PHONE[following]
            if act == "submit":  # draft → waiting → sending → receipted
                handed_over = states["draft"]["next"]["submit"]
                sending = states[handed_over]["next"]["send"]
                assert states[sending]["next"]["stored"] == ON_THE_PHONE[following]
    assert set(names) == {state for kind in _written_on_phones() for state in _on_phones(kind)}


def _written_on_phones() -> list[Any]:
    """The kinds that begin as a draft on a supervisor's phone; an officer's word is said in one step."""
    return [kind for kind in kinds.every() if (None, "save") in kind.transitions]


def _on_phones(kind: Any) -> list[str]:
    """The states that a phone meets: what was erased is on none any more."""
    return [state for state in kind.states if state != "erased"]


# A record whose state the server says, as the phone of its author holds it once it is opened again.
OPENED = """
async ({ state, wasReturned }) => {
  const { discardWay } = await import('/static/js/field/records/record-states.js');
  const told = wasReturned ? { review: { comment: '请补充' }, number: 'JD-2026-000001' } : {};
  return discardWay({ kind: 'observation', state, baseRevision: 2, ...told }) !== null;
}
"""


def _can_be_discarded(page: Any, state: str) -> bool:
    here = "draft" if state == "returned" else ON_THE_PHONE[state]
    return bool(page.evaluate(OPENED, {"state": here, "wasReturned": state == "returned"}))
