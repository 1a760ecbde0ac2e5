"""Smaller answers for slow networks: text without a secret is sent compressed, by brotli where the browser offers it.

Static files, the phone's shells and its pack, the page that a rating code opens: none of them holds a secret beside
words that a stranger could plant there, which must not be compressed together over TLS.
Source: BREACH (CVE-2013-3587); RFC 9110 §8.4, §8.8.3; RFC 7932.
"""

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

from fieldapp.web.minify import smaller

COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
MINIMUM_BYTES = 256  # below that nothing is gained
LARGEST_BYTES = 8 * 1024 * 1024
KEPT_FILES = 300
ONE_BY_ONE = ("api.pack", "public.rating_form")  # each answer is different, so its compression is not kept


def register(app: Flask) -> None:
    """Compresses after each request, where it may and where the browser can unpack it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    is_shared = request.endpoint == "static" or request.blueprint == "field"
    is_taken = is_shared or request.endpoint in ONE_BY_ONE
    if not is_taken or not (response.mimetype or "").startswith(COMPRESSIBLE):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or request.method != "GET" or "Range" in request.headers:
        return response
    if (response.content_length or 0) > LARGEST_BYTES:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if request.endpoint == "static":
        content = smaller(content.decode(), response.mimetype).encode()
        response.set_data(content)
    coding = _coding()
    if coding and len(content) >= MINIMUM_BYTES:
        response.set_data(_kept(content, coding) if is_shared else _quickly(content, coding))
        response.headers["Content-Encoding"] = coding
        _weaken(response, is_shared=is_shared)
    return response


def _weaken(response: Response, *, is_shared: bool) -> None:
    """The same file, no longer the same bytes; If-None-Match compares weakly. The pack's ETag is one of its meaning."""
    etag, is_weak = response.get_etag()
    if etag and is_shared and not is_weak:
        response.set_etag(etag, weak=True)


def _coding() -> str | None:
    """The better of the two that the browser unpacks; browsers offer brotli over TLS and on this machine only."""
    return next((coding for coding in ("br", "gzip") if request.accept_encodings.quality(coding) > 0), None)


@lru_cache(maxsize=KEPT_FILES)
def _kept(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=11))
    return gzip.compress(content, 9, mtime=0)


def _quickly(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=5))
    return gzip.compress(content, 5, mtime=0)
