"""A request as this application reads it: what is broken in it is the sender's fault, whoever looks at it first."""

from flask import Flask, Request
from werkzeug.exceptions import BadRequest


class CarefulRequest(Request):
    """A request whose form has a name for every field. Source: RFC 7578, section 4.2."""

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if None in self.form or None in self.files:
            self.__dict__.pop("form", None)
            raise BadRequest


def register(app: Flask) -> None:
    """Makes every request of `app` a careful one."""
    app.request_class = CarefulRequest
