"""Smaller answers for slow networks: text without a secret is sent gzipped.

Static files, the phone's shells and its pack, the page that a rating code opens: none of them holds a secret beside
words that a stranger could plant there, which must not be compressed together over TLS.
Source: BREACH (CVE-2013-3587); RFC 9110 §8.4, §8.8.3.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
MINIMUM_BYTES = 860  # below that the answer fits into one packet anyway
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
    length = response.content_length or 0
    if response.status_code != 200 or not MINIMUM_BYTES <= length <= LARGEST_BYTES or not _unpacks_gzip():
        return response
    response.direct_passthrough = False
    content = response.get_data()
    response.set_data(_kept(content) if is_shared else gzip.compress(content, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    _weaken(response, is_shared=is_shared)
    return response


def _weaken(response: Response, *, is_shared: bool) -> None:
    """The same file, no longer the same bytes; If-None-Match compares weakly. The pack's ETag is one of its meaning."""
    etag, is_weak = response.get_etag()
    if etag and is_shared and not is_weak:
        response.set_etag(etag, weak=True)


def _unpacks_gzip() -> bool:
    return request.method == "GET" and "Range" not in request.headers and request.accept_encodings.quality("gzip") > 0


@lru_cache(maxsize=KEPT_FILES)
def _kept(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
