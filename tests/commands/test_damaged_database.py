"""A database file with scrambled pages: verifying it and backing it up say so in a sentence, and neither passes."""

import contextvars
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import make_app
from flask import Flask

from fieldapp.extensions import db

SEEDS = range(8)
PAGE = 4096
OF_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the file is PostgreSQL's own affair


def _run(app: Flask, *arguments: str) -> Any:
    return contextvars.Context().run(app.test_cli_runner().invoke, args=list(arguments))


@pytest.fixture
def damaged(app: Flask, county: Any, tmp_path: Path) -> Callable[[int], Flask]:
    """Gives an instance on a copy of this one's database, three of whose pages are noise."""
    db.session.rollback()

    def make(seed: int) -> Flask:
        chance, folder = random.Random(seed), tmp_path / f"damaged-{seed}"
        folder.mkdir()
        file = folder / "fieldapp.sqlite3"
        with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
            connection.execute("VACUUM INTO ?", (str(file),))  # without free pages, which nobody would miss
        made = make_app(folder, f"sqlite:///{file}")
        content = bytearray(file.read_bytes())
        for page in chance.sample(range(1, len(content) // PAGE), 3):
            content[page * PAGE : (page + 1) * PAGE] = chance.randbytes(PAGE)
        file.write_bytes(content)
        return made

    return make


@OF_SQLITE
@pytest.mark.parametrize("seed", SEEDS)
def test_scrambled_pages_are_said_by_verify_and_backup_in_a_sentence(damaged, tmp_path: Path, seed: int):
    app = damaged(seed)

    verified = _run(app, "audit", "verify")
    backed_up = _run(app, "backup", "create", str(tmp_path / "backup"))

    for done in (verified, backed_up):
        assert done.exit_code == 1, done.output
        assert "数据库文件已损坏" in done.output
        assert "Traceback" not in done.output
        assert isinstance(done.exception, SystemExit)
    assert "完整：" not in verified.output
    assert not (tmp_path / "backup").exists()


def test_a_sound_database_is_verified_and_backed_up(app: Flask, county: Any, tmp_path: Path):
    db.session.rollback()
    assert _run(app, "audit", "verify").exit_code == 0
    assert _run(app, "backup", "create", str(tmp_path / "backup")).exit_code == 0
