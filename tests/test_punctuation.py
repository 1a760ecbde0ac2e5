"""What people read in Chinese is punctuated in Chinese. Source: GB/T 15834—2011 标点符号用法."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from fieldapp.interviews.rules import CONSENT_TEXTS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "fieldapp"
PYTHON = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "deploy").glob("*.py")])
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.*"))
SCRIPTS = sorted((PACKAGE / "static" / "js").rglob("*.js"))
LISTS = sorted(PACKAGE.rglob("*.yaml"))
PAPERS = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if len(re.findall(r"[\u3400-\u9fff]", path.read_text())) * 3 > len(re.findall("[A-Za-z]", path.read_text()))
)

HAN = r"\u3400-\u9fff"
# A mark of the keyboard behind a Chinese character or a closing mark, or one that leads on to a Chinese word.
KEYBOARD_MARK = re.compile(
    rf"[{HAN}”’》】）」%] ?[,;!?:](?!//|\[)|[,;!?][{HAN}“《（]|[{HAN}]\(|\([^()\n]*[{HAN}][^()\n]*\)|[{HAN}]\)"
)
HOLE = "\ufffc"
AGREED_TO = {CONSENT_TEXTS["interview-2026-1"]}  # stays as the parties read it
PATTERN = re.compile(r"\\[dwsb]|\(\?|\[[^\]]*\][*+?]|\[\^|\.[*+]")  # a regular expression is not a sentence


def faults_of(text: str) -> list[str]:
    """Each keyboard mark in `text`, with what stands around it. An expression in between is written as HOLE."""
    if PATTERN.search(text):
        return []
    return [text[max(0, at.start() - 12) : at.end() + 8] for at in KEYBOARD_MARK.finditer(text)]


def strings_of_python(path: Path) -> Iterator[str]:
    text = path.read_text()
    documentation = {
        (node.body[0].lineno, node.body[0].col_offset)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
    }
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.STRING or token.start in documentation or token.string.startswith("r"):
            continue
        if token.string.strip('"') not in AGREED_TO:
            yield re.sub(r"\{[^{}]*\}", HOLE, token.string) if token.string.startswith("f") else token.string


def text_of_template(path: Path) -> str:
    text = re.sub(r"\{#.*?#\}|<!--.*?-->|<script.*?</script>", "", path.read_text(), flags=re.S)
    if path.suffix == ".js":
        return "\n".join(strings_of_script(text))
    words = (quoted for code in re.findall(r"\{[{%].*?[%}]\}", text, flags=re.S) for quoted in _quoted(code))
    return re.sub(r"\{\{.*?\}\}", HOLE, re.sub(r"\{%.*?%\}", "", text, flags=re.S), flags=re.S) + "\n".join(words)


def strings_of_script(text: str) -> Iterator[str]:
    without_comments = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", text, flags=re.S)
    for quoted in re.findall(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`', without_comments, flags=re.S):
        yield re.sub(r"\$\{[^{}]*\}", HOLE, quoted)


def scalars_of(path: Path) -> Iterator[str]:
    for token in yaml.scan(path.read_text()):
        if isinstance(token, yaml.ScalarToken):
            yield token.value


def prose_of(path: Path) -> str:
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.S)
    return re.sub(r"`[^`\n]*`|\]\([^)\n]*\)|<[^>\n]*>", HOLE, text).replace("**", "")


def _quoted(code: str) -> list[str]:
    return re.findall(r'"[^"]*"|\'[^\']*\'', code)


@cache
def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "paths", [PYTHON, TEMPLATES, SCRIPTS, LISTS, PAPERS], ids=["python", "templates", "scripts", "lists", "papers"]
)
def test_a_chinese_sentence_has_chinese_marks(paths: list[Path]):
    read = {
        ".py": lambda path: list(strings_of_python(path)),
        ".html": lambda path: [text_of_template(path)],
        ".txt": lambda path: [text_of_template(path)],
        ".js": lambda path: list(strings_of_script(path.read_text())) if path in SCRIPTS else [text_of_template(path)],
        ".yaml": lambda path: list(scalars_of(path)),
        ".md": lambda path: [prose_of(path)],
    }
    faults = [
        f"{name_of(path)}: {fault}"
        for path in paths
        if "vendor" not in path.parts and path.suffix in read
        for text in read[path.suffix](path)
        for fault in faults_of(text)
    ]

    assert faults == []


@pytest.mark.parametrize(
    "sentence",
    [
        "已保存,请继续",
        "怎么办?",
        "注意:先登录",
        "照片(原件)",
        f"第{HOLE}条,请改",
        "好; 再说",
        "（一）,（二）",
        "PDF(不收)",
        f"{HOLE},请改",
    ],
)
def test_a_keyboard_mark_in_a_chinese_sentence_is_found(sentence: str):
    assert faults_of(sentence)


@pytest.mark.parametrize("sentence", ["已保存，请继续", "at 10:05, one", "https://例子.cn:8000/", "A、B（两项）：好！"])
def test_right_marks_and_foreign_text_are_left_in_peace(sentence: str):
    assert faults_of(sentence) == []
