"""The server's own configuration, for a program that has once put together what every phone is given.

What takes long to compress is then compressed before the workers are forked, once for all tests of a process.
"""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_spec = spec_from_file_location("served", Path(__file__).parents[1] / "deploy" / "gunicorn.conf.py")
assert _spec is not None
assert _spec.loader is not None
_served = module_from_spec(_spec)
_spec.loader.exec_module(_served)
globals().update({name: value for name, value in vars(_served).items() if not name.startswith("_")})


def when_ready(server: Any) -> None:
    """Asks for each page of the phone and for what it names, as a browser does; then as the server's own."""
    from fieldapp.extensions import db
    from wsgi import app

    browser = app.test_client()
    asks = {"headers": {"Accept-Encoding": "gzip, deflate, br, zstd"}}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("field.") and not rule.arguments:
            browser.get(rule.rule, **asks)
    page = browser.get("/field/").get_data(as_text=True)
    for address in sorted(set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))):
        browser.get(address, **asks)
    with app.app_context():
        db.engine.dispose()  # a connection must not be shared by the workers that are forked from here
    _served.when_ready(server)
