"""Settings: what the environment may say, and the sentence for each mistake in it."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from servers import ROOT, free_port, run_until_it_ends

from fieldapp.config import WeakSettings, checked_settings, fields_by_variable, read_settings

FIELDS = fields_by_variable()
NUMBERS = [name for name, field in FIELDS.items() if field.annotation is int]
PROGRAMS = {
    "gunicorn": ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"),
    "flask": ("-m", "flask", "--app", "wsgi", "people", "list"),
    "make run": ("deploy/run.py",),
}
NONSENSE = {
    "HOST": "a b",
    "FIELDAPP_BACKUP_FOLDER": "relative",
    "FIELDAPP_HEADS_FOLDER": "relative",
    "FIELDAPP_ENV": "prod",
    "FIELDAPP_DATABASE_URL": "mysql://root:geheim@localhost/x",
    "FIELDAPP_STORAGE_URL": "s3://bucket",
    "FIELDAPP_DEMO": "yes",
    "FIELDAPP_ORGANISATION": "局" * 41,
    "FIELDAPP_PUBLIC_URL": "jd.example.gov.cn",
    "FIELDAPP_SEPARATION": "maybe",
    "FIELDAPP_CONFIRMATION": "maybe",
    "FIELDAPP_LOG_LEVEL": "loud",
}


def limits_of(name: str) -> tuple[int, int]:
    """The smallest and the largest number that the setting takes."""
    said: dict[str, int] = {}
    for limit in FIELDS[name].metadata:
        said |= {side: getattr(limit, side) for side in ("ge", "le") if hasattr(limit, side)}
    return said["ge"], said["le"]


def test_every_setting_is_a_number_with_limits_or_has_its_own_nonsense_here():
    free = {"FIELDAPP_INSTANCE", "FIELDAPP_SECRET_KEY"}  # tried in test_frame: where it cannot be written, guessed

    assert set(FIELDS) == {*NUMBERS, *NONSENSE, *free}


@pytest.mark.parametrize("text", ["abc", "-5", "1.5", "１２", "1e3", "0x10", "99999999999999999999"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_is_none_is_refused_by_its_name_in_a_sentence(name: str, text: str):
    with pytest.raises(WeakSettings, match=rf"^{name} 应为 \d+–\d+ 的整数.*，现为 '{re.escape(text)}'。$"):
        checked_settings({name: text})


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_up_to_its_limits_and_not_beyond(name: str):
    low, high = limits_of(name)
    terms = {
        "FIELDAPP_RATING_ACCEPT_WORKDAYS": "1",
        "FIELDAPP_RATING_CLOSE_WORKDAYS": "1" if name == "FIELDAPP_RATING_EXTENDED_WORKDAYS" else "60",
        "FIELDAPP_RATING_EXTENDED_WORKDAYS": "120",
    }

    for number in (low, high):
        assert number in checked_settings(terms | {name: str(number)}).model_dump().values()
    for number in (low - 1, high + 1):
        with pytest.raises(WeakSettings, match=f"^{name} 应为"):
            checked_settings(terms | {name: str(number)})


@pytest.mark.parametrize("name", NONSENSE)
def test_a_text_that_is_none_of_those_that_work_is_refused_by_its_name_in_a_sentence(name: str):
    with pytest.raises(WeakSettings, match=f"^{name} 应为[^。]+。$"):
        checked_settings({name: NONSENSE[name]})


def test_a_password_in_a_wrong_address_of_the_database_is_not_repeated():
    with pytest.raises(WeakSettings) as refused:
        checked_settings({"FIELDAPP_DATABASE_URL": NONSENSE["FIELDAPP_DATABASE_URL"]})

    assert "geheim" not in str(refused.value)
    settings = checked_settings({"FIELDAPP_DATABASE_URL": "postgresql+psycopg://a:geheim@h/x"})
    assert "geheim" not in repr(settings)


def test_every_mistake_is_named_at_once():
    with pytest.raises(WeakSettings) as refused:
        checked_settings({"FIELDAPP_SESSION_HOURS": "abc", "FIELDAPP_PIXEL_LIMIT": "0", "FIELDAPP_DEMO": "ja"})

    said = str(refused.value)
    assert said.count("。") == 3
    assert all(name in said for name in ("FIELDAPP_SESSION_HOURS", "FIELDAPP_PIXEL_LIMIT", "FIELDAPP_DEMO"))


@pytest.mark.parametrize(("accept", "close", "extended"), [("6", "5", "15"), ("1", "16", "15")])
def test_terms_of_a_bad_rating_that_contradict_each_other_are_refused(accept: str, close: str, extended: str):
    asked = {
        "FIELDAPP_RATING_ACCEPT_WORKDAYS": accept,
        "FIELDAPP_RATING_CLOSE_WORKDAYS": close,
        "FIELDAPP_RATING_EXTENDED_WORKDAYS": extended,
    }

    with pytest.raises(WeakSettings, match="FIELDAPP_RATING_CLOSE_WORKDAYS.*应依次不减"):
        checked_settings(asked)


@pytest.mark.parametrize("nothing", ["", "  "])
def test_what_is_set_to_nothing_counts_as_not_set(nothing: str):
    assert checked_settings(dict.fromkeys(FIELDS, nothing)) == checked_settings({})


def test_an_address_that_ends_with_a_stroke_is_the_same_address():
    assert checked_settings({"FIELDAPP_PUBLIC_URL": "https://jd.example/"}).public_url == "https://jd.example"


def test_nobody_changes_a_setting_while_the_server_runs(tmp_path: Path):
    settings = read_settings({"FIELDAPP_INSTANCE": str(tmp_path)})

    with pytest.raises(ValidationError, match="frozen"):
        settings.session_hours = 1  # type: ignore[misc]


def test_a_mistake_in_the_settings_leaves_no_file(tmp_path: Path):
    with pytest.raises(WeakSettings):
        read_settings({"FIELDAPP_INSTANCE": str(tmp_path / "new"), "FIELDAPP_POOL_SIZE": "0"})

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_starts_with_a_setting_out_of_its_range(program: str, tmp_path: Path):
    asked = {
        "FIELDAPP_INSTANCE": str(tmp_path / "new"), "FIELDAPP_SESSION_HOURS": "abc", "FIELDAPP_POOL_SIZE": "-5",
        "FIELDAPP_PIXEL_LIMIT": "0", "PORT": str(free_port()),
    }  # fmt: skip

    done = run_until_it_ends(*PROGRAMS[program], **asked)

    assert done.returncode != 0
    for name, number in (("SESSION_HOURS", "abc"), ("POOL_SIZE", "-5"), ("PIXEL_LIMIT", "0")):
        assert re.search(rf"FIELDAPP_{name} 应为 [^。]+，现为 '{number}'。", done.stderr), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "text"), [("PORT", "0"), ("PORT", "abc"), ("WEB_CONCURRENCY", "0"), ("FIELDAPP_LOG_LEVEL", "loud")]
)
def test_how_it_serves_is_checked_as_well(name: str, text: str, tmp_path: Path):
    asked = {"FIELDAPP_INSTANCE": str(tmp_path), "PORT": str(free_port())} | {name: text}

    done = run_until_it_ends(*PROGRAMS["gunicorn"], **asked)

    assert done.returncode != 0
    assert f"{name} 应为" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_the_table_for_operators_is_the_list_of_the_program():
    rows = [_row(name) for name in FIELDS]
    text = (ROOT / "docs" / "operations.md").read_text()
    table = [line for line in text.partition("## 设置")[2].partition("\n## ")[0].splitlines() if line.startswith("| `")]

    assert table == rows, "it should be:\n" + "\n".join(rows)


def _row(name: str) -> str:
    field = FIELDS[name]
    extra: dict[str, Any] = field.json_schema_extra  # type: ignore[assignment]
    return f"| `{name}` | {extra.get('shown') or f'`{field.default}`'} | {extra['range']} | {field.description} |"
