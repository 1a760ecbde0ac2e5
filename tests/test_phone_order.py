"""The phone's modules import in one direction, without circles, and only what is there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "fieldapp" / "static"
FIELD = STATIC / "js" / "field"
# Each folder imports from itself and from those right of it; what starts the program stands left of all.
ORDER = ("", "pages", "parts", "sync", "session", "evidence", "records", "storage", "server")
BELOW = ("js/lib", "vendor")
SCRIPTS = sorted(FIELD.rglob("*.js"))
_COMMENT = re.compile(r"(?<!\w)/\*[\s\S]*?\*/|^\s*//.*$", re.MULTILINE)  # "image/*" begins none
_STATIC = re.compile(r"""^(?:import|export)\b([^"';()]*)["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
_DYNAMIC = re.compile(r"""\bimport\(\s*["'`](\.{1,2}/[^"'`]+)["'`]""")
_EXPORT = re.compile(
    r"^export (?:async )?(?:function|const|class)\s+(?:\[[^\]]*\]|(\w+))|^export \{([^}]*)\}", re.MULTILINE
)


def name_of(path: Path) -> str:
    return path.relative_to(STATIC / "js").as_posix()


@cache
def text_of(path: Path) -> str:
    return _COMMENT.sub("", path.read_text())


def imports_of(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """What a module names, static or dynamic, and which of its exports; the names of a dynamic one are not known."""
    for names, target in _STATIC.findall(text_of(path)):
        inner = names[names.find("{") + 1 : names.find("}")] if "{" in names else ""
        yield (
            (path.parent / target).resolve(),
            [one.split(" as ")[0].strip() for one in inner.split(",") if one.strip()],
        )
    for target in _DYNAMIC.findall(text_of(path)):
        for found in matching(path.parent, target):
            yield found, []


def matching(folder: Path, target: str) -> list[Path]:
    """The files that a dynamic import may mean: a `${name}` in it stands for any of a folder."""
    if "${" not in target:
        return [(folder / target).resolve()]
    return sorted(folder.glob(re.sub(r"\$\{[^}]*\}", "*", target.removeprefix("./"))))


def rank_of(path: Path) -> int:
    if not path.is_relative_to(FIELD):
        assert path.relative_to(STATIC).as_posix().startswith(BELOW), f"{path} is of another program"
        return len(ORDER)
    folder = path.relative_to(FIELD).parent.as_posix()
    return ORDER.index("" if folder == "." else folder)


def circle_from(path: Path, way: tuple[Path, ...] = (), done: set[Path] | None = None) -> list[str]:
    """The circle of static imports that `path` leads into; empty when there is none."""
    done = set() if done is None else done
    if path in way:
        return [name_of(one) for one in (*way[way.index(path) :], path)]
    if path in done or not path.is_relative_to(STATIC / "js"):
        return []
    done.add(path)
    statics = ((path.parent / target).resolve() for _, target in _STATIC.findall(text_of(path)))
    return next((found for target in statics if (found := circle_from(target, (*way, path), done))), [])


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_module_imports_only_to_the_right(path: Path) -> None:
    for target, _ in imports_of(path):
        assert target.is_file(), f"{target} is not there"
        assert rank_of(path) <= rank_of(target), f"{name_of(target)} stands left of it"


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_what_a_module_names_is_exported_there(path: Path) -> None:
    for target, names in imports_of(path):
        if not target.is_relative_to(STATIC / "js"):
            continue
        exported = {
            one.split(" as ")[-1].strip()
            for single, several in _EXPORT.findall(text_of(target))
            for one in (single, *several.split(","))
        }
        assert set(names) <= exported, f"{name_of(target)} does not export {sorted(set(names) - exported)}"


def test_there_is_no_circle() -> None:
    assert [circle for path in SCRIPTS if (circle := circle_from(path))] == []


def test_the_order_in_the_documents_is_the_order_of_the_folders() -> None:
    said = " ▸ ".join(ORDER[1:]) + " ▸ lib, vendor"
    docs = STATIC.parents[1] / "docs"

    assert {path.name for path in FIELD.iterdir() if path.is_dir()} == set(ORDER[1:])
    assert said in (docs / "phone.md").read_text()
    assert said in (docs / "architecture.md").read_text()
