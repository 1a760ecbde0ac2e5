"""The documents say what is there, and all of it: settings, commands, rooms, dependencies, links, pictures."""

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from rules_of_house import ROOT, name_of, of_each

from fieldapp.commands import groups

PACKAGE = ROOT / "fieldapp"
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    PACKAGE / "static" / "vendor" / "VENDORED.md",
]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
DEPENDENCIES = (ROOT / "docs" / "decisions" / "dependencies.md").read_text()
PICTURE_LIMIT_BYTES = 150_000

SETTING = re.compile(r"FIELDAPP_[A-Z_]*[A-Z]")
LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"|<a[^>]*\bhref=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)

PAGE_CHARACTERS = 6500  # of A4, small print


def settings_of_the_program() -> set[str]:
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "deploy").glob("*.py"), ROOT / "wsgi.py"]
    return {name for path in files for name in SETTING.findall(path.read_text())}


def links_of(document: Path) -> list[str]:
    return [next(filter(None, found)) for found in LINK.findall(document.read_text())]


def anchor_of(heading: str) -> str:
    """The anchor that a forge gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")


def anchors_of(document: Path) -> set[str]:
    return set(map(anchor_of, HEADING.findall(document.read_text())))


def test_every_setting_of_the_program_is_explained_to_operators() -> None:
    assert settings_of_the_program() - set(SETTING.findall(OPERATIONS)) == set()


def test_no_setting_is_explained_that_the_program_does_not_know() -> None:
    assert set(SETTING.findall(OPERATIONS)) - settings_of_the_program() == set()


@pytest.mark.parametrize("name", ["HOST", "PORT", "WEB_CONCURRENCY"])
def test_where_and_with_how_many_processes_it_serves_is_explained(name: str) -> None:
    assert f"| `{name}` |" in OPERATIONS


def test_every_command_is_named_for_operators() -> None:
    commands = {f"{group.name} {name}" for group in groups.ALL for name in group.commands}

    assert {command for command in commands if f"`{command}" not in OPERATIONS} == set()


def test_every_make_target_is_named() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    words = OPERATIONS + (ROOT / "README.md").read_text()

    assert targets
    assert {target for target in targets if not re.search(rf"make {target}(?![a-z-])", words)} == set()


@of_each(DOCUMENTS, name_of)
def test_links_lead_somewhere(document: Path) -> None:
    dead = []
    for link in links_of(document):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / unquote(path)).resolve() if path else document
        if not target.exists() or not target.is_relative_to(ROOT) or (anchor and anchor not in anchors_of(target)):
            dead.append(link)

    assert dead == []


@of_each(DOCUMENTS, name_of)
def test_a_document_stands_alone(document: Path) -> None:
    assert re.findall(r"\.\./shared|(?<![\w.])/(?:work|tmp|home|root)/", document.read_text()) == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        document = todo.pop()
        reached.add(document)
        paths = [(document.parent / unquote(link.partition("#")[0])).resolve() for link in links_of(document)]
        todo += [path for path in paths if path.suffix == ".md" and path.is_file() and path not in reached]

    assert set(DOCUMENTS) - reached - {PACKAGE / "static" / "vendor" / "VENDORED.md"} == set()


def test_every_room_says_what_it_is_for_and_stands_in_the_architecture() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/models.py")}
    silent = {room for room in rooms if "Promise" not in (PACKAGE / room / "__init__.py").read_text()}

    assert silent == set()
    assert {room for room in rooms if f"| `{room}` " not in ARCHITECTURE} == set()


def test_every_door_stands_in_the_architecture() -> None:
    doors = {path.parent.name for path in (PACKAGE / "web").glob("*/__init__.py")}

    assert {door for door in doors if f"| `web/{door}` |" not in ARCHITECTURE} == set()


def test_the_architecture_is_told_on_two_pages_with_one_drawing_in_which_every_part_stands() -> None:
    drawings = re.findall(r"^```\n(.*?)^```$", ARCHITECTURE, re.MULTILINE | re.DOTALL)
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    doors = {path.parent.name for path in PACKAGE.glob("web/*/__init__.py")}
    frame = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}

    assert len(drawings) == 1
    assert {one for one in folders | doors | frame if not re.search(rf"\b{one}\b", drawings[0])} == set()
    assert len(ARCHITECTURE) <= 2 * PAGE_CHARACTERS


def test_files_that_the_architecture_names_are_there() -> None:
    named = set(
        re.findall(r"`((?:fieldapp|web|static|tests|docs|deploy|migrations|commands)/[\w./-]+\.\w+)`", ARCHITECTURE)
    )

    assert named
    assert {name for name in named if not any((base / name).exists() for base in (ROOT, PACKAGE))} == set()


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.match(r"[A-Za-z0-9-]+", one)[0] for one in wanted}  # type: ignore[index]
    names |= {path.name for path in (PACKAGE / "static" / "vendor").iterdir() if path.is_dir()}
    names |= set(json.loads((ROOT / "deploy" / "js-tools" / "package.json").read_text())["devDependencies"])

    assert {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", DEPENDENCIES)} == set()


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()

    assert {path.name for path in folder.glob("0*.md") if path.name not in listed} == set()


def test_pictures_are_small_and_used() -> None:
    shown = {(document.parent / unquote(link)).resolve() for document in DOCUMENTS for link in links_of(document)}
    pictures = [path for path in (ROOT / "docs").rglob("*") if path.suffix in (".png", ".webp")]

    assert pictures
    assert {path.name for path in pictures if path not in shown} == set()
    assert {path.name for path in pictures if path.stat().st_size > PICTURE_LIMIT_BYTES} == set()
