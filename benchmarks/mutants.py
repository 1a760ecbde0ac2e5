"""Plants one small fault at a time and looks whether the tests of the module notice: `make mutants`.

A mutant is the module with one comparison, connective, number, truth, sign or answer changed (`faults.py`). The files
stay as they are (`planting.py`), so nothing that runs beside it is disturbed. A mutant that no test fails on survives;
each survivor is printed with its line. The score is the share that did not survive.

The tests of the modules are run once, to see which statements each of them reaches. A mutant inside a function is then
tried in a process of its own with the tests of its module that reach it (`workshop.py`): those that bear its name
first, quick ones first, until they have used MOST_SECONDS. So a survivor is one for these tests; a slower one might
have noticed. A mutant outside takes another import of everything, and its time.
"""

import argparse
import ast
import importlib
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.children import succeeds
from benchmarks.faults import Mutant, compiled, mutants_of
from benchmarks.planting import PACKAGE, ROOT, import_everything, import_instead

MANY = 60  # mutants: of a module with more, `--every` takes a part
MOST_SECONDS = 3.0  # of CPU, for one mutant, unless the quickest test takes longer
# What takes long to import and is no module of the program.
HEAVY = (
    "pytest", "hypothesis", "schemathesis.pytest.plugin", "xdist.plugin", "anyio.pytest_plugin", "playwright.sync_api",
    "time_machine", "html5lib", "psycopg", "requests",
)  # fmt: skip
# One engine is enough for what is not about the engine, and one process for a second's work.
ARGUMENTS = (
    "-q", "-s", "-n", "0", "-p", "no:cacheprovider", "-m", "not browser and not long", "-W",
    "ignore::pytest.PytestAssertRewriteWarning", "-k", "not postgresql and not demo_county and not every_tampering",
)  # fmt: skip

# Tests that speak of a module besides those that bear its name.
_FILED = ["tests/filing/test_a_kind_of_the_tests_own.py", "tests/observations/test_operations.py"]
_NAMED = [*_FILED, "tests/filing/test_ids.py"]
_CHAINED = ["tests/audit/test_chain.py", "tests/audit/test_tampering.py"]
_WALKED = ["tests/matters/test_operations.py", "tests/matters/test_kinds.py"]
ALSO = {
    "audit.events": ["tests/audit/test_operations.py"],
    "audit.operations": ["tests/audit/test_chain.py"],
    "callbacks.rules": ["tests/callbacks/test_operations.py"],
    "filing.batch_lookup": [*_NAMED, "tests/filing/test_devices.py"],
    "filing.batch_rows": _NAMED,
    "filing.bearers": ["tests/filing/test_ids.py"],
    "filing.kinds": _NAMED,
    "filing.operations": [*_NAMED, "tests/filing/test_devices.py"],
    "filing.parts": _FILED,
    "filing.receipts": [*_CHAINED, "tests/filing/test_devices.py"],
    "filing.receipt_check": _CHAINED,
    "filing.heads": _CHAINED,
    "filing.queries": ["tests/filing/test_devices.py"],
    "filing.wire": _FILED,
    "matters.rules": ["tests/matters/test_operations.py"],
    "matters.operations": ["tests/matters/test_kinds.py"],
    "matters.queries": _WALKED,
    "matters.kinds": ["tests/matters/test_operations.py"],
    "matters.terms": ["tests/matters/test_kinds.py"],
    "people.rules": [
        "tests/people/test_certificates.py",
        "tests/people/test_accounts.py",
        "tests/people/test_sign_in.py",
    ],
}


def main(arguments: Sequence[str]) -> int:
    """Tries the modules named (as `checklists.rules`), or all that the promise of the house is about."""
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--every", type=int, default=1, help=f"of more than {MANY} mutants, take one in so many")
    parser.add_argument("--only", choices=["inside", "outside"], help="those inside functions, or the others")
    said = parser.parse_args(arguments)
    modules = said.modules or list(promised())
    chosen = {module: chosen_mutants(module, said.every, said.only) for module in modules}
    sys.path.insert(0, str(ROOT / "tests"))
    for known in HEAVY:
        importlib.import_module(known)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FIELDAPP_TEST_SEED": "1", "FIELDAPP_MUTANTS": folder}
        _make_tables(Path(folder))
        worst = min(_tried(chosen, Path(folder)))
    return 0 if worst >= 0.9 else 1


def promised() -> Iterator[str]:
    """Every rules.py, the chain, who may see what, filing and matters."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        room = module.partition(".")[0]
        is_meant = path.name == "rules.py" or room in ("audit", "filing", "matters") or module == "people.scope"
        if is_meant and path.name not in ("__init__.py", "models.py"):
            yield module


def tests_of(module: str) -> list[str]:
    """The files that try this module."""
    room, _, stem = module.partition(".")
    own = sorted((ROOT / "tests" / room).glob(f"test_{stem}*.py"))
    return [*dict.fromkeys([*(str(path.relative_to(ROOT)) for path in own), *ALSO.get(module, [])])]


def path_of(module: str) -> Path:
    """Where a module stands."""
    return PACKAGE / f"{module.replace('.', '/')}.py"


def chosen_mutants(module: str, every: int, only: str | None = None) -> list[Mutant]:
    """The mutants of a module that are tried: all, or of many the first of each `every`; of those the `only` ones."""
    mutants = sorted(mutants_of(ast.parse(path_of(module).read_text())), key=lambda one: one.is_inside)
    taken = mutants[:: every if len(mutants) > MANY else 1]
    return [one for one in taken if only in (None, "inside" if one.is_inside else "outside")]


def _tried(chosen: dict[str, list[Mutant]], folder: Path) -> Iterator[float]:
    """The score of each module, the survivors printed. Nothing of the program is imported here, only in children."""
    result = folder / "result"
    if not succeeds(lambda: _try_inside(chosen, result), seconds=36_000)[0]:
        raise SystemExit("the tests fail without any mutant")
    survivors = pickle.loads(result.read_bytes())  # noqa: S301 written by our own child
    for module, mutants in chosen.items():
        found = list(survivors[module])
        for mutant in (one for one in mutants if not one.is_inside):
            if _survives_outside(module, mutant, tests_of(module)):
                found.append((mutant.line, mutant.words))
                print(f"  survives: {module}:{mutant.line} {mutant.words}", flush=True)
        score = 1 - len(found) / max(1, len(mutants))
        print(f"{module}: {len(mutants) - len(found)} of {len(mutants)} noticed, {score:.0%}", flush=True)
        yield score


def _try_inside(chosen: dict[str, list[Mutant]], result: Path) -> None:
    from benchmarks.workshop import Workshop

    import_everything()
    _copy_tables()
    files = sorted({test for module in chosen for test in tests_of(module)})
    workshop = Workshop({module: (path_of(module), tests_of(module), chosen[module]) for module in chosen})
    status = _pytest([*ARGUMENTS, *files], [workshop])
    result.write_bytes(pickle.dumps(workshop.survivors))
    os._exit(int(status))


def _survives_outside(module: str, mutant: Mutant, tests: Sequence[str]) -> bool:
    if not tests:
        return True
    path = path_of(module)
    code = compiled(ast.parse(path.read_text()), mutant, path)

    def run() -> None:
        import_instead(module, code)
        _copy_tables()
        os._exit(int(_pytest(["-x", *ARGUMENTS, *tests], [])))

    return succeeds(run, seconds=60, is_silent=True)[0]


def _pytest(arguments: Sequence[str], plugins: list[Any]) -> int:
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    # The first example that fails is enough, nobody reads it; and slowness is no fault that a mutant made.
    settings.register_profile(
        "mutants", phases=[Phase.explicit, Phase.generate], database=None, derandomize=True, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")
    return int(pytest.main(list(arguments), plugins=plugins))


def _make_tables(folder: Path) -> None:
    program = "import sys, pathlib, servers; servers.make_tables(sys.argv[1], pathlib.Path(sys.argv[2]))"
    command = [sys.executable, "-c", program, f"sqlite:///{folder}/tables", str(folder)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": "tests"}, check=True)  # noqa: S603


def _copy_tables() -> None:
    """Tables are made once for all, not by every child."""
    import servers

    made = Path(os.environ["FIELDAPP_MUTANTS"]) / "tables"
    servers.make_tables = lambda url, _instance: shutil.copy(made, url.removeprefix("sqlite:///"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
