"""Asks the program that lies in the current folder for all that a phone may get, and prints it as JSON lines.

Run by `keep.py` inside the source of an earlier release, so it knows nothing of this one: it finds the pages in the
program's own table of addresses and the files in its own folder.
"""

import json
import os
import sys
from base64 import b64encode
from pathlib import Path

sys.path.insert(0, os.getcwd())

OF_THE_MOMENT = {"Date", "Set-Cookie", "Content-Length", "Last-Modified", "ETag", "Vary"}


def main() -> None:
    """One line an answer: `{"address", "status", "headers", "body"}`, the body in base64."""
    from wsgi import app

    pages = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/field/") and "<" not in rule.rule]
    folder = Path(app.static_folder)
    files = [f"/static/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*") if path.is_file()]
    browser = app.test_client()
    for address in sorted({*pages, *files}):
        answer = browser.get(address)
        headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}
        told = {"address": address, "status": answer.status_code, "headers": headers}
        print(json.dumps(told | {"body": b64encode(answer.get_data()).decode()}))  # noqa: T201


if __name__ == "__main__":
    main()
