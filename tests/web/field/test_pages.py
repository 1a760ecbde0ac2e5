"""The shells of the phone app: for everyone, the same bytes, nothing personal."""

import re
from typing import Any

from fieldapp.web.field.pages import SHELLS

PATHS = [f"/field{path}" for path in SHELLS]


def test_every_shell_is_a_good_page_for_a_stranger(client: Any) -> None:
    answers = [client.get(path) for path in PATHS]  # the client fails on a page that is not good

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content_type for answer in answers} == {"text/html; charset=utf-8"}
    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_a_shell_has_the_same_bytes_whoever_asks(client: Any, signed_in: Any, county: Any) -> None:
    supervisor, lead = signed_in(county.zhang_san), signed_in(county.qian)

    differing = [
        path
        for path in PATHS
        if not client.get(path).data == supervisor.get(path).data == lead.get(f"{path}?id=0191").data
    ]

    assert differing == []
    assert county.zhang_san.name not in supervisor.get("/field/me").get_data(as_text=True)


def test_a_shell_that_has_not_changed_is_not_sent_again(client: Any) -> None:
    first = client.get("/field/records")

    again = client.get("/field/records", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""
    assert "no-cache" in first.headers["Cache-Control"]


def test_every_link_between_shells_leads_to_a_shell(client: Any) -> None:
    pages = " ".join(client.get(path).get_data(as_text=True) for path in PATHS)
    links = {link.split("?")[0].split("#")[0] for link in re.findall(r'href="(/field/[^"]*)"', pages)}

    unknown = links - set(PATHS) - {"/field/manifest.webmanifest", "/field/look.css", "/field/kept.txt"}

    assert not unknown
