"""M6: somebody holds the database's write lock: others wait, or are told to come back; nobody gets a 500."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from durability.load import Sender
from durability.locks import write_lock_held
from personas import make_county
from sqlalchemy import select, text

from fieldapp import ids
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import receipts
from fieldapp.people.models import User

WRITERS = 50
LONGEST_WAIT_S = 10  # then the server says 503


def file_at_once(live_server, new_body, hold_s: float):
    """Fifty phones file while the lock is held for `hold_s`: what each was told, and their sender."""
    sender = Sender(live_server.url)
    filings = [(ids.mint(), new_body()) for _ in range(WRITERS)]
    senders = threading.local()

    def file(one):
        if not hasattr(senders, "own"):
            senders.own = Sender.__new__(Sender)
            senders.own.__dict__ = sender.__dict__ | {"session": copy_of(sender.session)}
        return senders.own.file(*one)

    with ThreadPoolExecutor(WRITERS) as hands, write_lock_held(live_server.database_url):
        answers = [hands.submit(file, one) for one in filings]
        time.sleep(hold_s)
    return sender, filings, [answer.result() for answer in answers]


def copy_of(session):
    """Another connection with the same cookie and token."""
    copied = type(session)()
    copied.headers.update(session.headers)
    copied.cookies.update(session.cookies)
    return copied


def test_who_comes_while_the_lock_is_held_waits_and_is_served(live_server, new_body):
    _, filings, told = file_at_once(live_server, new_body, 3)

    assert [one.status for one in told] == [200] * WRITERS, told
    db.session.remove()
    assert all(receipts.find(observation_id) for observation_id, _ in filings)


def test_a_lock_held_for_too_long_is_a_503_in_words_and_heals(live_server, new_body):
    sender, filings, told = file_at_once(live_server, new_body, LONGEST_WAIT_S + 2)

    assert {one.status for one in told} == {200, 503}, told
    refused = [one for one in told if one.status == 503]
    assert all(one.retry_after and "自动重试" in one.words for one in refused)
    assert max(one.took_s for one in told) < 2 * LONGEST_WAIT_S + 5  # nobody waits once for each who stands before them
    assert {one.status for one in (sender.file(*filing) for filing in filings)} == {200}
    assert "Traceback" not in live_server.log


def test_who_has_read_may_write_although_somebody_else_wrote_in_between(app):
    """SQLite's trap: a transaction that reads first and then writes fails at once, however long it would wait."""
    county = make_county()
    db.session.execute(select(User.name)).all()  # a reading transaction is open
    with db.engine.connect() as other:
        other.execute(text("UPDATE user_account SET name = '李四四' WHERE username = 'lisi'"))
        other.commit()

    with unit_of_work() as session:
        session.execute(text("UPDATE user_account SET name = '张三三' WHERE username = 'zhangsan'"))

    db.session.remove()
    names = set(db.session.scalars(select(User.name).where(User.id.in_([county.zhang_san.id, county.li_si.id]))))
    assert names == {"张三三", "李四四"}


def test_writers_of_one_process_and_another_take_turns(app):
    """Each reads, then writes what it read plus one: no step is lost, nobody is refused."""
    county = make_county()
    key = county.zhang_san.id

    def count() -> None:
        with app.app_context():
            for _ in range(10):
                db.session.execute(select(User.id)).all()
                with unit_of_work() as session:
                    user = session.get(User, key, populate_existing=True)
                    user.name = str(int(user.name) + 1)
            db.session.remove()

    with unit_of_work() as session:
        session.get(User, key, populate_existing=True).name = "0"
    threads = [threading.Thread(target=count) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert db.session.get(User, key, populate_existing=True).name == "50"
