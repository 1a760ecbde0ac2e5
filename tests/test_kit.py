"""The kit of checks: the figures are counted right, and a planted fault is really planted."""

import ast
from pathlib import Path

import pytest

from benchmarks import faults, house, planting
from fieldapp.visits import rules

SOURCE = '''"""A module."""

def explained(first: int, *, second=2) -> int:
    """Says what it does."""
    if first < second and not second == 7:
        return first + 1
    return [one for one in (first, second)]


class Silent:
    def method(self):
        pass
'''


def test_the_figures_of_a_folder_are_what_stands_in_its_files(tmp_path: Path):
    folder = tmp_path / "things"
    folder.mkdir()
    (folder / "one.py").write_text(SOURCE)

    found = house.figures_of(folder)

    assert found.modules == {"things.one": 12}
    assert found.functions == {"things.one.explained": 5, "things.one.method": 2}
    assert (found.public, found.explained) == (2, 1)
    assert (found.places, found.typed) == (4, 2), "first, second and two results; self needs no type"


def test_median_nine_tenths_and_largest():
    assert house.spread([5, 1, 3]) == "3 / 5 / 5"
    assert house.spread(list(range(1, 101))) == "51 / 91 / 100"
    assert house.share(1, 8) == "12.5 %  (1 of 8)"


def test_no_arrow_between_rooms_points_back():
    with_the_flow, back = house.arrows()

    assert "reviews → observations" in with_the_flow
    assert back == set()


def test_every_kind_of_fault_is_planted_once_at_its_place():
    words = {mutant.words for mutant in faults.mutants_of(ast.parse(SOURCE))}

    assert words == {
        "first < second: LtE",
        "second == 7: NotEq",
        "first < second and (not second == 7): Or",
        "not second == 7: without not",
        "if first < second and (not second == 7): the other way",
        "7: 8",
        "2: 3",
        "1: 2",
        "first + 1: Sub",
        "return first + 1: None",
        "return [one for one in (first, second)]: None",
    }


def test_a_fault_belongs_to_the_lines_of_its_statement_without_those_it_rules():
    lines = {mutant.words: mutant.lines for mutant in faults.mutants_of(ast.parse(SOURCE))}

    assert lines["7: 8"] == lines["if first < second and (not second == 7): the other way"] == (5, 5)
    assert lines["return first + 1: None"] == lines["1: 2"] == (6, 6)


def test_a_planted_fault_reaches_everybody_who_imported_the_function(monkeypatch: pytest.MonkeyPatch):
    path = planting.PACKAGE / "visits" / "rules.py"
    tree = ast.parse(path.read_text())
    functions = [one for one in vars(rules).values() if callable(one) and hasattr(one, "__code__")]
    kept = {function: function.__code__ for function in functions}
    answers = [mutant for mutant in faults.mutants_of(tree) if mutant.is_inside and mutant.words.startswith("return")]
    try:
        for mutant in answers:
            planting.give_other_code("visits.rules", faults.compiled(tree, mutant, path))
            assert any(function.__code__ is not code for function, code in kept.items())
    finally:
        for function, code in kept.items():
            function.__code__ = code
    assert answers
