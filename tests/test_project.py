"""What people expect beside the program is there and true: licence, notice, changes, and how to take part."""

import hashlib
import json
import re
import tomllib

import pytest
from servers import ROOT

VENDOR = ROOT / "fieldapp" / "static" / "vendor"
TOOLS = ROOT / "deploy" / "js-tools"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NOTICE = (ROOT / "NOTICE").read_text()
# Source: https://www.apache.org/licenses/LICENSE-2.0.txt, as Debian ships it (base-files).
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
VENDORED = re.findall(
    r"^\| `(\w[\w-]*)/(\S+)` \| \S+ ([\d.]+) \(.*?\) \| (\w+) .*? `([0-9a-f]{64})` \|$",
    (VENDOR / "VENDORED.md").read_text(), re.MULTILINE,
)  # fmt: skip


def test_the_licence_is_the_whole_apache_licence_and_the_project_says_so():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2
    assert (PROJECT["license"], PROJECT["license-files"]) == ("Apache-2.0", ["LICENSE", "NOTICE"])
    assert "Apache-2.0" in (ROOT / "README.md").read_text()


def test_the_notice_names_every_vendored_library_with_its_version_and_licence():
    assert {name for name, *_ in VENDORED} == {path.name for path in VENDOR.iterdir() if path.is_dir()}
    for name, file, version, licence, digest in VENDORED:
        assert re.search(rf"^{name} {re.escape(version)}, {licence}, Copyright .*: \S+{name}/LICENSE$", NOTICE, re.M), (
            name
        )
        assert (VENDOR / name / "LICENSE").is_file()
        assert hashlib.sha256((VENDOR / name / file).read_bytes()).hexdigest() == digest, "not as it was taken"
    named = set(re.findall(r"static/vendor/([\w-]+)/LICENSE", NOTICE))
    assert named == {name for name, *_ in VENDORED}


def test_the_newest_changes_are_those_of_the_version_that_is_built():
    releases = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    numbers = [tuple(map(int, number.split("."))) for number, _ in releases]

    assert releases[0][0] == PROJECT["version"]
    assert numbers == sorted(numbers, reverse=True)
    assert [day for _, day in releases] == sorted((day for _, day in releases), reverse=True)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("CONTRIBUTING.md", ["docs/first-change.md", "make lint", "make test", "CODE_OF_CONDUCT.md", "SECURITY.md"]),
        ("SECURITY.md", ["司法局", "安全管理员", "不要"]),
        ("CODE_OF_CONDUCT.md", ["SECURITY.md"]),
    ],
)
def test_whoever_wants_to_take_part_or_to_warn_reads_how(name: str, says: list[str]):
    text = (ROOT / name).read_text()

    assert [words for words in says if words not in text] == []
    assert f"({name})" in (ROOT / "README.md").read_text()
    assert re.findall(r"[\w.+-]+@[\w-]+\.\w+|1[3-9]\d{9}", text) == [], "no address or number is invented"


def test_the_checks_before_a_commit_are_parts_of_make_lint():
    entries = re.findall(r"entry: make ([\w-]+)", (ROOT / ".pre-commit-config.yaml").read_text())
    [parts] = re.findall(r"^lint: (.*?) ##", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert entries == parts.split()


def test_tools_for_scripts_are_pinned_and_locked_by_hash():
    wanted = json.loads((TOOLS / "package.json").read_text())["devDependencies"]
    locked = json.loads((TOOLS / "package-lock.json").read_text())["packages"]

    assert locked[""]["devDependencies"] == wanted
    assert [version for version in wanted.values() if not re.fullmatch(r"[\d.]+", version)] == []
    assert [name for name, one in locked.items() if name and not one.get("integrity")] == []
    assert {name: wanted[name] for name, *_ in VENDORED} == {name: version for name, _, version, *_ in VENDORED}


def test_every_line_of_make_help_is_in_chinese_and_names_a_command():
    makefile = (ROOT / "Makefile").read_text()
    lines = dict(re.findall(r"^([a-z-]+):.*## (.*)$", makefile, re.MULTILINE))
    phony = set(" ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split())

    assert {name for name, words in lines.items() if not re.search("[\u4e00-\u9fff]{2}", words)} == set()
    assert {name for name in phony - set(lines) if not re.match(r"ensure-|lint-", name)} == set()
