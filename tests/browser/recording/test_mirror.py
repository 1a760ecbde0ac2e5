"""The phone's own rules say what the server's say, for every mode, domain and mixture of answers."""

import random
from typing import Any

import pytest

from fieldapp.checklists import content, queries, rules

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
