"""Citizens with a phone of their own: they scan a code, fill in the page, send it, and read what comes back."""

import contextvars
import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pages import check_page

from fieldapp.clock import as_if_at, now
from fieldapp.extensions import db
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings import choices, operations, page_loads
from fieldapp.ratings.models import Rating
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.rules import Wish
from fieldapp.ratings.suspicion_signals import Sender

SATISFIED = {"level": "5"}
DISSATISFIED = {"level": "1", "reason": ["rude"]}


@dataclass
class Citizen:
    """One browser from one address. `scan` gives the page's token; `rate` scans and sends."""

    app: Flask
    address: str = "203.0.113.7"
    browser: Any = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()
        self.browser.environ_base["REMOTE_ADDR"] = self.address

    def open(self, path: str, **given: Any) -> Any:
        """GET."""
        return self._ask(path, method="GET", **given)

    def post(self, path: str, **given: Any) -> Any:
        """POST, without any token: strangers have no session. What was refused is the page to which it leads."""
        answer = self._ask(path, method="POST", **given)
        leads_back = answer.status_code == 303 and "draft=" in answer.headers["Location"]
        return self.open(answer.headers["Location"]) if leads_back else answer

    def scan(self, code: str, *, page: str = "") -> str:
        """The token of a fresh page load. Fails when the code takes nothing."""
        answer = self.open(f"/r/{code}{page}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return token_in(answer)

    def send(self, code: str, token: str, *, page: str = "", **form: Any) -> Any:
        """POST of a page load, once more if called once more."""
        given = SATISFIED | form if not page else form
        return self.post(f"/r/{code}{page}", data={"page": token} | given)

    def rate(self, code: str, **form: Any) -> Any:
        """A fresh page load, sent."""
        return self.send(code, self.scan(code), **form)

    def _ask(self, path: str, **given: Any) -> Any:
        """A request apart from the test's context, as PageReader makes them, but at the time that the test tells."""
        moment = now()

        def ask() -> Any:
            with as_if_at(moment):
                return FlaskClient.open(self.browser, path, **given)

        response = contextvars.Context().run(ask)
        db.session.rollback()
        is_page = response.mimetype == "text/html" and response.status_code != 303
        if is_page and "Content-Encoding" not in response.headers:
            check_page(response.get_data(as_text=True), path)
        return response


def token_in(answer: Any) -> str:
    """The token that a page carries."""
    found = re.search(r'name="page" value="([^"]+)"', answer.get_data(as_text=True))
    assert found, "the page carries no token"
    return unescape(found[1])


def receipt_in(answer: Any) -> str:
    """The 查询码 to which an accepted rating leads."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    found = re.search(r"/r/status/([0-9A-Z]{12})", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return found[1]


def make_slip(holder: Any, *, visit: Any = None) -> RatingCode:
    """A slip of `holder`, bound to `visit` when there is one."""
    slip = codes.issue_slips(holder, holder, count=1)[0]
    return codes.bind_slip(holder, slip.id, visit_id=visit.id, bound_at=now()) if visit else slip


def loaded(code: RatingCode, *, seconds_ago: float = 30.0) -> page_loads.PageLoad:
    """A page of `code` that was opened so long ago."""
    return page_loads.read_token(page_loads.new_token(code.id, now() - timedelta(seconds=seconds_ago)), code.id)


def rated(
    code: RatingCode,
    wish: Wish,
    *,
    address: str = "203.0.113.7",
    mark: str = "",
    seconds_ago: float = 30.0,
    page: page_loads.PageLoad | None = None,
) -> Rating:
    """A rating without a browser: at once, as if from there, of `page` or of one that was opened so long ago."""
    sending = Sending(page or loaded(code, seconds_ago=seconds_ago), Sender(address, mark))
    return operations.rate(code, sending, wish, reasons=choices.current())


def a_wish(level: str = "5", *, comment: str = "", **facts: str) -> Wish:
    """What a citizen says who leaves no name: with a reason where one is asked for."""
    return Wish(level, facts, ("rude",) if level in "12" else (), comment, "", "", False)


def a_mark(number: int) -> str:
    """The mark of one browser among many."""
    return f"{number:022d}"


def make_poster(admin: Any, **target: str) -> RatingCode:
    """A poster for one target: agency_id, locality_id or contact_point_id."""
    return codes.issue_poster(admin, **target)


def later(**span: float) -> Any:
    """A context in which the server's clock is ahead by `span` (days=…, minutes=…)."""
    from datetime import timedelta

    return as_if_at(now() + timedelta(**span))
