"""The child process that opens pictures: a script of its own, because a decoder may burst, hang or be taken over.

It is given one open file at a time over its standard input (a socket), no path, no environment, no other descriptor;
it limits its own memory and time, gives back the bytes of a JPEG, and ends when nobody has asked for a while.
Order:  one line of JSON {kind, size_px, pixel_limit, lines, plain, marks}, with the picture's descriptor beside it.
Answer: one line of JSON {length} or {fault}, then `length` bytes.
"""

import io
import json
import math
import resource
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 10
IDLE_SECONDS = 60
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_ORDER_BYTES = 64 * 1024
_LEAST_WIDTH_PX = 480  # below it no caption is readable
_LEAST_SQUARE_PX = 16  # of a mosaic; smaller ones of writing or faces can be read back
_MOST_SQUARES = 24  # along the longer side of what a mosaic covers
_SPREAD_PX = 4  # how far the filter that makes a picture smaller carries what it saw, and one more
_INK = (220, 38, 38)
_COVER = (32, 32, 32)
# In the order of preference; each may hold several faces of which the simplified Chinese one is looked for.
_FONT_PATTERNS = (
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "**/NotoSansCJK*-Regular.*",
    "**/NotoSansSC-Regular.*",
    "**/SourceHanSans*Regular*",
    "**/wqy-*.ttc",
    "**/DroidSansFallback*.ttf",
    "**/NotoSerifCJK-Regular.ttc",
    "**/uming.ttc",
)
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"))
_MOST_FACES = 12


def main() -> None:
    """Answers orders until the other end closes or falls silent."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    line = socket.socket(fileno=sys.stdin.fileno())
    line.settimeout(IDLE_SECONDS)
    load_decoders()
    load_font = _font_loader()
    while True:
        try:
            order, descriptors, _, _ = socket.recv_fds(line, _ORDER_BYTES, 1)
        except TimeoutError:
            return
        if not descriptors:
            return
        while not order.endswith(b"\n"):  # a long line comes in several pieces
            more = line.recv(_ORDER_BYTES)
            if not more:
                return
            order += more
        _limit_cpu()
        with open(descriptors[0], "rb") as picture:
            line.sendall(_answer(json.loads(order), picture, load_font))


def load_decoders() -> None:
    """Makes the formats known that are taken, and no others."""
    import pillow_heif
    from PIL import JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

    pillow_heif.register_heif_opener(thumbnails=False)


def develop(order: dict[str, Any], picture: Any, load_font: Callable[[int], Any] | None = None) -> bytes:
    """The JPEG that `order` asks for, upright, in sRGB, without any metadata. Raises whatever a decoder raises."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the limit below is the caller's, and is checked before a pixel is allocated
    size = order["size_px"]
    with Image.open(picture, formats=FORMATS) as image:
        # A JPEG is read at a fraction of its size, so that four times the pixels take no more memory than of others.
        if image.width * image.height > order["pixel_limit"] * (4 if image.format in ("JPEG", "MPO") else 1):
            raise ValueError("too many pixels")
        whole = image.size
        image.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image.load()  # a small picture is not read by thumbnail(); its damage must show here, not be taken for bad EXIF
        profile, image_size = image.info.get("icc_profile"), image.size
        copy = _flat(_in_srgb(_upright(image, ImageOps), profile))
    draw_marks(copy, order.get("marks") or (), spread_px=0 if image_size == whole else _SPREAD_PX)
    if order["kind"] == "display":
        copy = _with_caption(copy, order, load_font)
    made = io.BytesIO()
    copy.save(made, "JPEG", quality=78 if order["kind"] == "thumbnail" else 84, optimize=True, progressive=True)
    return made.getvalue()


def draw_marks(image: Any, marks: Sequence[dict[str, Any]], *, spread_px: int = 0) -> None:
    """Burns the marks of a layer (layers.Layer) into `image`. Covers first: no line hides how far one reaches.

    `spread_px`: how much further each cover reaches, in a picture that was made smaller: what lies beneath has left its
    trace in the pixels around.
    """
    from PIL import ImageDraw

    for one in marks:
        if one["kind"] == "cover":
            _cover(image, _box(image.size, one, spread_px), is_opaque=one["how"] != "mosaic")
    pen, thick = ImageDraw.Draw(image), max(3, max(image.size) // 240)
    for one in marks:
        if one["kind"] == "stroke":
            points = [_at(image.size, point) for point in one["points"]]
            pen.line([*points, points[-1]], fill=_INK, width=thick, joint="curve")
            if len(points) == 1:
                (x, y), half = points[0], thick / 2
                pen.ellipse((x - half, y - half, x + half, y + half), fill=_INK)
        elif one["kind"] == "arrow":
            _arrow(pen, _at(image.size, one["from"]), _at(image.size, one["to"]), thick)


def _at(size: tuple[int, int], point: Sequence[float]) -> tuple[float, float]:
    return point[0] * size[0], point[1] * size[1]


def _box(size: tuple[int, int], cover: dict[str, Any], spread: int) -> tuple[int, int, int, int]:
    """What a cover reaches, in whole pixels: outwards, so that none is covered by half."""
    (x1, y1), (x2, y2) = _at(size, cover["from"]), _at(size, cover["to"])
    left, top = math.floor(min(x1, x2)) - spread, math.floor(min(y1, y2)) - spread
    right, bottom = math.ceil(max(x1, x2)) + spread, math.ceil(max(y1, y2)) + spread
    left, top = max(0, min(left, size[0] - 1)), max(0, min(top, size[1] - 1))
    return left, top, min(size[0], max(right, left + 1)), min(size[1], max(bottom, top + 1))


def _cover(image: Any, box: tuple[int, int, int, int], *, is_opaque: bool) -> None:
    from PIL import Image

    if is_opaque:
        image.paste(_COVER, box)
        return
    width, height = box[2] - box[0], box[3] - box[1]
    square = max(_LEAST_SQUARE_PX, math.ceil(max(width, height) / _MOST_SQUARES))
    few = (max(1, width // square), max(1, height // square))
    means = image.crop(box).resize(few, Image.Resampling.BOX)
    image.paste(means.resize((width, height), Image.Resampling.NEAREST), box)


def _arrow(pen: Any, tail: tuple[float, float], tip: tuple[float, float], thick: int) -> None:
    away = math.atan2(tail[1] - tip[1], tail[0] - tip[0])
    barb = thick * 5
    wings = [(tip[0] + barb * math.cos(away + turn), tip[1] + barb * math.sin(away + turn)) for turn in (-0.45, 0.45)]
    pen.line([tail, tip], fill=_INK, width=thick)
    pen.polygon([tip, *wings], fill=_INK)


def _answer(order: dict[str, Any], picture: Any, load_font: Callable[[int], Any] | None) -> bytes:
    try:
        made = develop(order, picture, load_font)
    except Exception as error:  # whatever a decoder raises on bytes made to confuse it, the answer is the same
        return json.dumps({"fault": type(error).__name__}).encode() + b"\n"
    return json.dumps({"length": len(made)}).encode() + b"\n" + made


def _upright(image: Any, image_ops: Any) -> Any:
    try:
        return image_ops.exif_transpose(image)
    except (ValueError, TypeError, KeyError, SyntaxError, OSError):  # broken EXIF says nothing about the picture
        return image.copy()


def _in_srgb(image: Any, profile: bytes | None) -> Any:
    if not profile or image.mode not in ("RGB", "RGBA"):
        return image
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=image.mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # colours a little off are better than no picture
        return image


def _flat(image: Any) -> Any:
    """RGB on white, in a new image that has no metadata to leak."""
    from PIL import Image

    ground = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground.paste(layer, mask=layer.getchannel("A"))
    elif image.mode.startswith("I;16") or image.mode in ("I", "F"):
        ground.paste(image.point(lambda value: value / 256).convert("L"))
    else:
        ground.paste(image.convert("RGB"))
    return ground


def _with_caption(image: Any, order: dict[str, Any], load_font: Callable[[int], Any] | None) -> Any:
    from PIL import Image, ImageDraw, ImageFont

    if image.width < _LEAST_WIDTH_PX:
        image = _wide_enough(image, order["size_px"])
    lines = order["lines"] if load_font else order["plain"]
    load = load_font or (lambda size: ImageFont.load_default(size))
    font = _fitting(load, lines, image.width)
    size = round(font.size)
    margin, step = size * 2 // 3, size * 3 // 2
    band = step * len(lines) + margin
    if band > image.height // 2:  # a very flat picture: nothing of it may be hidden
        taller = Image.new("RGB", (image.width, image.height + band), "black")
        taller.paste(image)
        image = taller
    top = image.height - band
    below = image.crop((0, top, image.width, image.height))
    image.paste(Image.blend(below, Image.new("RGB", below.size, "black"), 0.55), (0, top))
    pen = ImageDraw.Draw(image)
    for place, text in enumerate(lines):
        pen.text((margin, top + margin // 2 + place * step), text, font=font, fill="white")
    return image


def _wide_enough(image: Any, size_px: int) -> Any:
    """A narrow picture made wide enough for a caption: larger, but no side beyond `size_px`; the rest is black."""
    from PIL import Image

    larger = min(_LEAST_WIDTH_PX / image.width, max(1.0, size_px / image.height))
    image = image.resize((round(image.width * larger), max(1, round(image.height * larger))))
    if image.width >= _LEAST_WIDTH_PX:
        return image
    ground = Image.new("RGB", (_LEAST_WIDTH_PX, image.height), "black")
    ground.paste(image, ((_LEAST_WIDTH_PX - image.width) // 2, 0))
    return ground


def _fitting(load: Callable[[int], Any], lines: Sequence[str], width: int) -> Any:
    size = max(14, width // 42)
    font = load(size)
    widest = max(font.getlength(line) for line in lines) + 2 * size
    return font if widest <= width else load(max(9, int(size * width / widest)))


def _font_loader() -> Callable[[int], Any] | None:
    """A function that gives the Chinese font in a size; None on a machine without one."""
    from PIL import ImageFont

    for folder in _FONT_FOLDERS:
        for pattern in _FONT_PATTERNS:
            for path in sorted(folder.glob(pattern)):
                face = _simplified_face(ImageFont, str(path))
                return partial(ImageFont.truetype, str(path), index=face)
    return None


def _simplified_face(image_font: Any, path: str) -> int:
    for face in range(_MOST_FACES if path.endswith(".ttc") else 1):
        try:
            if "SC" in image_font.truetype(path, 12, index=face).getname()[0].split():
                return face
        except OSError:
            break
    return 0


def _limit_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1, resource.RLIM_INFINITY)
    )


if __name__ == "__main__":
    main()
