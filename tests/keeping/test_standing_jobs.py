"""The list of the night has a caller: the worker does it in its order, once a night, and says what came of it."""

import contextvars
import re
from datetime import datetime, timedelta

import pytest
from citizens import Citizen, make_slip
from factories import filed_observation, make_checklist_version, make_visit, observation_body
from servers import ROOT
from sqlalchemy import select, text

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.clock import CHINA, as_if_at
from fieldapp.commands.worker import serve
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.jobs import kinds, operations
from fieldapp.jobs.models import Job
from fieldapp.keeping import backup
from fieldapp.keeping.standing_jobs import PROJECTIONS
from fieldapp.ratings.models import Rating
from fieldapp.ratings.rules import TAG_DAYS

NIGHTLY = [
    "结算上月群众评价",
    "到期删除",
    "核对节假日和期限",
    "到期和超期提醒",
    "备份并核对",
    "导出签名的链首",
    "核对审计链",
]


@pytest.fixture
def folders(app, tmp_path):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(
        update={"backup_folder": str(tmp_path / "backups"), "heads_folder": str(tmp_path / "heads")}
    )
    return tmp_path


def work_at(app, moment):
    """A worker does what is due at that moment."""

    def there():
        with as_if_at(moment):
            serve(app, once=True)

    db.session.rollback()
    contextvars.Context().run(there)


def jobs_done():
    db.session.rollback()
    rows = db.session.scalars(select(Job).where(Job.done_at.is_not(None)).order_by(Job.run_after, Job.id))
    return [(kinds.words_of(job.kind), job.progress, job.last_error) for job in rows if job.kind != "uploads"]


def noon():
    """Of tomorrow: whatever the hour of the test, all of the night's list is still to come."""
    return datetime.now(CHINA).replace(hour=12, minute=0) + timedelta(days=1)


def next_morning():
    return noon().replace(hour=6) + timedelta(days=1)


def test_the_whole_night_is_done_in_its_order_and_says_what_came_of_it(app, county, folders):
    visit = make_visit(group=county.first_group)
    file_revision(county.zhang_san, filed_observation(ids.mint(), observation_body(visit, make_checklist_version())))
    work_at(app, noon())
    assert jobs_done() == [], "nothing of the night before the first night"

    work_at(app, next_morning())

    done = jobs_done()
    assert [words for words, *_ in done] == NIGHTLY
    assert [error for *_, error in done] == [""] * len(NIGHTLY)
    outcomes = dict(row[:2] for row in done)
    assert outcomes["到期删除"] == "没有到期的内容"
    assert "已核对" in outcomes["备份并核对"]
    assert outcomes["核对审计链"].endswith("一致")
    (made,) = (folders / "backups").iterdir()
    assert backup.faults_of(made) == []
    assert len(list((folders / "heads").iterdir())) == 1
    work_at(app, next_morning() + timedelta(hours=3))
    assert len(jobs_done()) == len(NIGHTLY), "not twice a day"
    work_at(app, next_morning() + timedelta(days=1))
    assert len(jobs_done()) == 2 * len(NIGHTLY)


def test_without_folders_nothing_is_backed_up_and_the_rest_is_done(app, county):
    work_at(app, noon())
    work_at(app, next_morning())

    done = [words for words, *_ in jobs_done()]
    assert done == [words for words in NIGHTLY if words not in ("备份并核对", "导出签名的链首")]


def test_what_has_run_out_goes_at_night_without_anybody_calling(app, county):
    Citizen(app).rate(make_slip(county.zhang_san, visit=make_visit(group=county.first_group)).code, level="5")
    work_at(app, noon())
    assert db.session.scalars(select(Rating.network_tag)).one()

    work_at(app, next_morning() + timedelta(days=TAG_DAYS + 1))

    db.session.rollback()
    assert db.session.scalars(select(Rating.network_tag)).one() is None
    assert "评价和意见上的网络、设备标记 1 条" in dict(row[:2] for row in jobs_done())["到期删除"]


def test_a_chain_that_does_not_hold_stops_the_job_with_an_alarm_on_the_board(app, county, signed_in):
    desk = signed_in(county.wu)
    work_at(app, noon())
    newest = db.session.execute(text("SELECT max(sequence) FROM audit_entry")).scalar_one()
    db.session.rollback()
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for (name,) in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(f"UPDATE audit_entry SET event = 'user.enabled' WHERE sequence = {newest}")

    work_at(app, next_morning())

    db.session.rollback()
    dead = db.session.scalars(select(Job).where(Job.dead_at.is_not(None))).one()
    assert (dead.kind, "审计核对不完整" in dead.last_error) == ("verification", True)
    assert re.search(r"figure--danger\" href=\"/admin/jobs/\?dead=1\"", desk.get("/admin/").get_data(as_text=True))
    page = desk.get("/admin/jobs/").get_data(as_text=True)
    assert "1 项任务多次失败，已停住" in page
    assert "审计核对不完整" in page
    assert "后台进程没有运行" in page

    answer = desk.post_form(f"/admin/jobs/{dead.id}/retry")

    assert answer.status_code == 302
    assert "已排上" in desk.get("/admin/jobs/").get_data(as_text=True)
    db.session.rollback()
    assert db.session.get(Job, dead.id, populate_existing=True).dead_at is None


def test_the_worker_brings_every_projection_to_the_end_of_the_chain(app, county):
    visit = make_visit(group=county.first_group)
    file_revision(county.zhang_san, filed_observation(ids.mint(), observation_body(visit, make_checklist_version())))
    assert [projections.standing(one).entries for one in PROJECTIONS] == [1, 1]

    work_at(app, noon())

    assert [projections.standing(one).entries for one in PROJECTIONS] == [0, 0]


def test_an_upload_that_nobody_continues_is_swept_by_the_worker(app, county):
    operations.enqueue("uploads")
    work_at(app, noon())

    job = db.session.scalars(select(Job).where(Job.kind == "uploads", Job.done_at.is_not(None))).one()
    assert job.progress == "清除了 0 件"


def test_the_manual_names_what_the_worker_does_every_night():
    manual = (ROOT / "docs" / "operations.md").read_text()

    for words in NIGHTLY:
        assert words in manual
