"""The doors: one per audience, HTTP only. Doors call operations and queries of the rooms; rooms never know doors."""

from flask import Flask

from fieldapp.web import (
    compression,
    desk_forms,
    errors,
    filters,
    headers,
    navigation,
    plain_text,
    requests,
    session_cookies,
    sessions,
)


def open_doors(app: Flask) -> None:
    """Registers every door, the pages for errors, the headers and the filters."""
    from fieldapp.web import doors  # late: the doors import rooms, whose models need the extensions bound first

    compression.register(app)  # first registered, so the last to touch an answer
    requests.register(app)
    errors.register(app)
    desk_forms.register(app)
    headers.register(app)
    filters.register(app)
    plain_text.register(app)
    session_cookies.register(app)
    sessions.register(app)
    navigation.register(app)
    for blueprint in doors.ALL:
        app.register_blueprint(blueprint)
