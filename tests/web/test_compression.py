"""What a phone fetches over a slow network is small, and nothing secret is compressed."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from flask import Response
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip, deflate"}
BROTLI = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.mark.parametrize(
    ("offered", "coding", "unpack"),
    [(GZIP, "gzip", gzip.decompress), (BROTLI, "br", brotli.decompress)],
    ids=["gzip", "brotli"],
)
@pytest.mark.parametrize(
    "path", ["/static/css/parts.css", "/static/js/field/main.js", "/static/img/icons.svg", "/field/"]
)
def test_what_every_phone_fetches_comes_compressed_and_whole(
    client: Any, path: str, offered: dict[str, str], coding: str, unpack: Callable[[bytes], bytes]
) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"}).get_data()

    answer = FlaskClient(client.application, Response).get(
        path, headers=offered
    )  # the page reader would read gzip as a page

    assert answer.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert unpack(answer.get_data()) == plain
    assert int(answer.headers["Content-Length"]) == len(answer.get_data()) < len(plain)


def test_an_unchanged_file_is_not_sent_again(client: Any) -> None:
    first = client.get("/static/css/parts.css", headers=GZIP)

    second = client.get("/static/css/parts.css", headers=GZIP | {"If-None-Match": first.headers["ETag"]})

    assert (second.status_code, second.get_data()) == (304, b"")


def test_a_browser_that_cannot_unpack_gets_the_file_as_it_is(client: Any) -> None:
    for headers in ({"Accept-Encoding": "zstd"}, {"Accept-Encoding": "gzip;q=0, br;q=0"}, {}):
        answer = client.get("/static/css/parts.css", headers=headers)

        assert "Content-Encoding" not in answer.headers
        assert b"@layer" in answer.get_data()


def test_pages_and_answers_with_secrets_are_never_compressed(signed_in: Any, county: Any) -> None:
    client = signed_in(county.zhang_san)
    for path in ("/account/sign-ins", "/account/password", "/api/v1/me", "/sign-in"):
        assert "Content-Encoding" not in client.get(path, headers=BROTLI).headers


def test_the_pack_is_compressed_and_keeps_its_strong_etag(signed_in: Any, county: Any) -> None:
    client = signed_in(county.zhang_san)

    answer = client.get("/api/v1/pack", headers=BROTLI)

    assert answer.headers["Content-Encoding"] == "br"
    assert json.loads(brotli.decompress(answer.get_data()))["visits"] is not None
    assert not answer.headers["ETag"].startswith("W/")
    again = client.get("/api/v1/pack", headers=BROTLI | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
