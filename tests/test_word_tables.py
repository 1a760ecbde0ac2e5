"""Word tables that stand in Python and in the phone's scripts say the same. Read from the scripts without a browser."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fieldapp import create_app
from fieldapp.checklists import labels
from fieldapp.checklists import rules as checklist_rules
from fieldapp.checklists.content import load_default
from fieldapp.config import read_settings
from fieldapp.evidence.models import SOURCES
from fieldapp.filing import kinds, signatures
from fieldapp.interviews import rules as interviews
from fieldapp.interviews.models import RESPONDENT_KINDS
from fieldapp.observations import rules as observations
from fieldapp.officers import rules as officers
from fieldapp.reviews import replies
from fieldapp.web.review import words as review_words

SCRIPTS = Path(__file__).parents[1] / "fieldapp" / "static" / "js"
DEFAULT = load_default()
# The table in a script, and the same one of the program. Lists of pairs are read as tables; their order counts.
EQUAL = {
    "lib/words.js ANSWERS": {answer.id: answer.label for answer in DEFAULT.answers},
    "lib/words.js MODES": labels.MODES,
    "lib/words.js LEVELS": {str(level): words for level, words in interviews.LEVELS.items()},
    "lib/words.js SOURCES": SOURCES,
    "field/records/signing.js PLACES": signatures.PLACES,
    "field/records/replying.js HOW": replies.HOW,
    "field/records/officer-register.js RESULTS": officers.RESULTS,
    "field/records/interview-form.js KINDS": RESPONDENT_KINDS,
    "field/records/interview-form.js WAYS": interviews.WAYS,
    "field/records/interview-form.js FACT_ANSWERS": interviews.FACT_ANSWERS,
    "field/records/interview-form.js QUESTIONS": interviews.QUESTIONS,
}
IN_ORDER = {
    "field/records/signing.js PLACES",
    "field/records/interview-form.js WAYS",
    "field/records/interview-form.js FACT_ANSWERS",
    "field/records/interview-form.js QUESTIONS",
}


def table(name: str) -> Any:
    """A constant of a script, as Python. `name`: the file below static/js, a space, the constant."""
    file, constant = name.split(" ")
    found = re.search(rf"const {constant} = (\[.*?\]|\{{.*?\}});\n", (SCRIPTS / file).read_text(), re.S)
    assert found, f"{file} has no {constant}"
    quoted = re.sub(r'([{,]\s*)([\w]+):(?=[^"]*(?:"[^"]*"[^"]*)*$)', r'\1"\2":', found.group(1))
    return json.loads(re.sub(r",(\s*[\]}])", r"\1", quoted))


@pytest.mark.parametrize("name", EQUAL)
def test_a_table_of_a_script_is_the_one_of_the_program(name: str):
    there = dict(table(name))

    assert there == EQUAL[name]
    if name in IN_ORDER:
        assert list(there) == list(EQUAL[name]), "asked in another order than it is read"


def test_phone_and_program_leave_the_same_out_of_what_is_signed():
    assert table("field/records/signing.js NOT_SIGNED") == list(signatures.NOT_SIGNED)


def test_the_phone_asks_a_party_about_every_fact_that_the_desk_can_read():
    assert list(dict(table("field/records/interview-form.js FACTS"))) == list(interviews.FACTS)


def test_the_phone_takes_consent_in_the_ways_that_the_desk_can_read():
    offered = dict(table("field/parts/consent.js METHODS"))

    assert set(offered) - {"refuse"} == set(interviews.CONSENT_METHODS)


def test_what_is_filed_is_called_the_same_on_the_phone(tmp_path: Path):
    create_app(read_settings({"FIELDAPP_INSTANCE": str(tmp_path)}))  # rooms register their kinds
    called = table("lib/words.js KINDS")
    known = {kind.name: kind.words for kind in kinds.every()}

    assert {"observation", "interview"} <= set(called) & set(known)
    assert {name: words for name, words in called.items() if name in known} == {
        name: words for name, words in known.items() if name in called
    }


def test_a_decision_is_called_the_same_on_the_phone_and_every_state_has_words_there():
    script = (SCRIPTS / "field/records/record-states.js").read_text()
    states = re.search(r"const SERVER_STATES = .*?;\n", script, re.S)

    decided = table("field/records/state-words.js DECIDED")
    assert decided == {state: observations.STATES[state] for state in ("approved", "discarded")}
    assert {kind.states["discarded"] for kind in kinds.every()} == {decided["discarded"]}
    assert states
    assert set(observations.STATES) <= set(re.findall(r"(\w+): \{ words", states.group()))


def test_bands_without_a_checklist_are_those_of_the_one_that_comes_with_the_program():
    bands = [(one["id"], one["label"], one["min"]) for one in table("field/records/scoring.js BANDS")]

    assert sorted(bands) == sorted((band.id, band.label, band.min) for band in DEFAULT.scoring.bands)


def test_the_parts_of_a_record_are_called_the_same_where_versions_are_compared():
    there = table("field/records/comparing.js FIELDS")

    assert {name: there.get(name) for name in review_words.FIELDS} == review_words.FIELDS


def test_an_answer_is_one_of_the_same_four_on_both_sides():
    assert set(table("field/records/completeness.js VALUES")) == checklist_rules.ANSWERS
