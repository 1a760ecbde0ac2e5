"""A command on a database without tables says what to do."""

import pytest
from conftest import make_app

ADD = "people add one --name 甲一 --role admin --organisation 某局 --organisation-kind justice_bureau"


@pytest.mark.parametrize("command", [ADD, "people list", "audit verify", "checklists list", "records list"])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_before_the_tables_are_made_each_command_says_so(request, tmp_path, engine, command):
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if engine == "postgresql":
        cluster = request.getfixturevalue("postgres_cluster")
        cluster.create("untouched")
        url = cluster.url("untouched")
    try:
        result = make_app(tmp_path, url).test_cli_runner().invoke(args=command.split())
    finally:
        if engine == "postgresql":
            cluster.drop("untouched")

    assert result.exit_code == 1, result.output
    assert "flask --app wsgi db upgrade" in result.output
    assert "Traceback" not in result.output
