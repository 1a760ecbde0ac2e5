"""Codes at random, and their QR pictures."""

import secrets
from functools import lru_cache

from fieldapp.ratings.spelling import ALPHABET, CODE_CHARACTERS, RECEIPT_CHARACTERS

QUIET_MODULES = 4  # the light border. Source: ISO/IEC 18004 §6.3.8


def mint_code() -> str:
    """A new code of 80 random bits."""
    return _random(CODE_CHARACTERS)


def mint_receipt_code() -> str:
    """A new 查询码 of 60 random bits."""
    return _random(RECEIPT_CHARACTERS)


@lru_cache(maxsize=4096)
def qr_svg(text: str) -> str:
    """`text` as a QR code with its light border: an SVG document of one small path. Source: ISO/IEC 18004."""
    import qrcode  # late: every start would wait for it
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    strokes = "".join(
        f"M{start} {row}h{length}v1H{start}z" for row, line in enumerate(matrix) for start, length in _runs(line)
    )
    side = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{strokes}"/></svg>'
    )


def _random(characters: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))


def _runs(line: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each dark stretch."""
    found: list[tuple[int, int]] = []
    for column, is_dark in enumerate(line):
        if not is_dark:
            continue
        if found and sum(found[-1]) == column:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((column, 1))
    return found
