"""QR codes as SVG pictures. Knows nothing of what stands in them."""

from functools import lru_cache

QUIET_MODULES = 4  # the light border. Source: ISO/IEC 18004 §6.3.8


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
