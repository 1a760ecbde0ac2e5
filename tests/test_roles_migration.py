"""The step from one role to several: nobody loses what they could do, on both engines, there and back."""

from pathlib import Path

from servers import LiveServer
from sqlalchemy import create_engine, text
from test_migrations import empty_database, flask_db  # noqa: F401 a fixture

BEFORE = {"lead": " lead ", "admin": " system security ", "supervisor": " supervisor ", "liaison": " liaison "}


def test_nobody_loses_what_they_could_do(empty_database: str, tmp_path: Path):  # noqa: F811
    flask_db(empty_database, tmp_path, "upgrade", "0010")
    engine = create_engine(empty_database)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO organisation (id, kind, name, short_name, domains, position)"
                                " VALUES ('o', 'justice_bureau', '局', '局', '', 0)"))  # fmt: skip
        for role in BEFORE:
            connection.execute(
                text("INSERT INTO user_account (id, username, name, role, organisation_id, password_hash,"
                     " password_changed_at, must_change_password, created_at)"
                     " VALUES (:role, :role, '某', :role, 'o', 'x',"
                     " '2026-01-01 00:00:00+00:00', false, '2026-01-01 00:00:00+00:00')"), {"role": role}
            )  # fmt: skip

    flask_db(empty_database, tmp_path, "upgrade")
    with engine.begin() as connection:
        assert dict(connection.execute(text("SELECT id, roles FROM user_account")).all()) == BEFORE
        connection.execute(text("UPDATE user_account SET roles = ' lead supervisor ' WHERE id = 'lead'"))
        connection.execute(text("UPDATE user_account SET roles = ' auditor ' WHERE id = 'supervisor'"))
    listed = LiveServer(tmp_path, empty_database).flask("people", "list")
    assert "admin\t某\t系统管理员、安全管理员" in listed
    assert "lead\t某\t组长、监督员" in listed

    flask_db(empty_database, tmp_path, "downgrade", "0010")
    with engine.begin() as connection:
        roles = dict(connection.execute(text("SELECT id, role FROM user_account")).all())
    engine.dispose()
    assert roles == {"lead": "lead", "admin": "admin", "supervisor": "supervisor", "liaison": "liaison"}
