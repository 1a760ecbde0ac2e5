"""Drawn pictures that stand in for photographs: a place, people, a stamp with time and record; real JPEG, no EXIF."""

import io
from datetime import datetime
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZES = ((1280, 960), (960, 1280), (1600, 1200))
SCENES = ("street", "workshop", "river", "office", "road")
SCENE_OF_DOMAIN = {
    "work_safety": "workshop",
    "eco_environment": "workshop",
    "urban_management": "street",
    "yangtze_fishing_ban": "river",
    "market_regulation": "street",
    "transport": "road",
    "agriculture": "river",
}
_QUALITY = 82


def photo(seed: int, *, scene: str, taken_at: datetime, stamp: str) -> bytes:
    """A JPEG of `scene` (one of SCENES), the same for the same arguments. `stamp`: ASCII, burnt into the corner."""
    random = Random(seed)  # noqa: S311 a drawing, not a secret
    width, height = random.choice(SIZES)
    picture = _grainy(_scene(scene, seed % 4, width, height), random)
    pen = ImageDraw.Draw(picture)
    for _ in range(0 if scene == "office" else random.randint(2, 4)):
        _person(pen, random, width, height)
    text = f"{taken_at:%Y-%m-%d %H:%M}  {stamp}"
    font = _font(height // 36)
    pen.rectangle((0, height - height // 16, width, height), fill=(12, 22, 28))
    pen.text((width // 40, height - height // 19), text, fill=(240, 244, 246), font=font)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def smaller(jpeg: bytes) -> bytes:
    """The same picture at 1000 px at most."""
    picture, file = Image.open(io.BytesIO(jpeg)), io.BytesIO()
    picture.thumbnail((1000, 1000))
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def signature(seed: int) -> bytes:
    """A PNG of a scrawl, as a finger leaves it."""
    random = Random(seed)  # noqa: S311 a drawing, not a secret
    picture = Image.new("RGB", (600, 240), "white")
    pen = ImageDraw.Draw(picture)
    x, y = 60.0, 120.0
    points = []
    for _ in range(60):
        x += random.uniform(2, 14)
        y = min(max(y + random.uniform(-45, 45), 40), 200)
        points.append((x, y))
    pen.line(points, fill=(20, 36, 44), width=6, joint="curve")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _scene(name: str, variant: int, width: int, height: int) -> Image.Image:
    small = _painted(name, variant)
    return small.resize((width, height), Image.Resampling.BICUBIC)


@cache
def _painted(name: str, variant: int) -> Image.Image:
    random = Random(f"{name}{variant}")  # noqa: S311 a drawing, not a secret
    picture = Image.new("RGB", (800, 600))
    pen = ImageDraw.Draw(picture)
    for line in range(600):
        shade = line / 600
        pen.line((0, line, 800, line), fill=(int(168 + 50 * shade), int(196 + 25 * shade), int(216 - 10 * shade)))
    {"street": _street, "workshop": _workshop, "river": _river, "office": _office, "road": _road}[name](pen, random)
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _street(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.rectangle((0, 420, 800, 600), fill=(134, 134, 128))
    for left in range(0, 800, 160):
        top = random.randint(90, 190)
        wall = tuple(random.randint(150, 215) for _ in range(3))
        pen.rectangle((left, top, left + 150, 430), fill=wall)
        pen.rectangle((left + 8, 300, left + 142, 330), fill=tuple(random.randint(60, 190) for _ in range(3)))
        pen.rectangle((left + 20, 340, left + 130, 425), fill=(74, 84, 90))
        for window in range(top + 20, 270, 46):
            pen.rectangle((left + 24, window, left + 62, window + 26), fill=(92, 112, 126))
            pen.rectangle((left + 88, window, left + 126, window + 26), fill=(92, 112, 126))


def _workshop(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.rectangle((0, 0, 800, 600), fill=(186, 188, 182))
    pen.polygon([(0, 600), (800, 600), (640, 340), (160, 340)], fill=(118, 122, 118))
    for left in range(20, 800, 130):
        pen.line((left, 0, left + 30, 340), fill=(120, 128, 132), width=7)
    for _ in range(5):
        left, top = random.randint(40, 620), random.randint(300, 460)
        body = (random.randint(40, 90), random.randint(100, 140), random.randint(80, 150))
        pen.rectangle((left, top, left + 120, top + 90), fill=body)
        pen.rectangle((left + 12, top + 12, left + 52, top + 40), fill=(210, 214, 190))
    pen.rectangle((600, 330, 640, 430), fill=(178, 40, 32))


def _river(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.rectangle((0, 300, 800, 600), fill=(96, 128, 136))
    pen.polygon([(0, 300), (260, 268), (520, 282), (800, 258), (800, 310), (0, 310)], fill=(84, 112, 84))
    for line in range(320, 590, 18):
        left = random.randint(0, 300)
        pen.line((left, line, left + random.randint(120, 420), line), fill=(126, 156, 162), width=2)
    left = random.randint(200, 420)
    pen.polygon([(left, 400), (left + 260, 400), (left + 220, 460), (left + 40, 460)], fill=(58, 70, 84))
    pen.rectangle((left + 90, 340, left + 180, 400), fill=(214, 216, 210))


def _office(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.rectangle((0, 0, 800, 600), fill=(214, 210, 200))
    pen.rectangle((0, 380, 800, 600), fill=(140, 108, 78))
    for left in range(60, 700, 170):
        tilt = random.randint(-16, 16)
        pen.polygon(
            [(left, 430), (left + 130, 430 + tilt), (left + 140, 560), (left - 10, 560 - tilt)], fill=(244, 243, 238)
        )
        for line in range(450, 540, 14):
            pen.line((left + 14, line, left + random.randint(80, 118), line), fill=(150, 150, 152), width=2)
    pen.rectangle((520, 60, 740, 300), fill=(176, 184, 186))


def _road(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.rectangle((0, 330, 800, 600), fill=(112, 128, 96))
    pen.polygon([(250, 330), (550, 330), (800, 600), (0, 600)], fill=(92, 94, 96))
    for step in range(6):
        pen.polygon([(396, 350 + 42 * step), (404, 350 + 42 * step), (408, 374 + 42 * step), (392, 374 + 42 * step)],
                    fill=(226, 222, 200))  # fmt: skip
    left = random.randint(120, 380)
    pen.rectangle((left, 300, left + 260, 460), fill=tuple(random.randint(60, 170) for _ in range(3)))
    pen.rectangle((left + 190, 330, left + 250, 390), fill=(150, 178, 190))
    for wheel in (left + 40, left + 190):
        pen.ellipse((wheel, 430, wheel + 60, 490), fill=(26, 28, 30))


def _person(pen: ImageDraw.ImageDraw, random: Random, width: int, height: int) -> None:
    tall = height * random.uniform(0.3, 0.42)
    x, foot = width * random.uniform(0.08, 0.86), height * random.uniform(0.82, 0.92)
    coat = random.choice([(34, 52, 84), (40, 64, 96), (196, 120, 36), (92, 96, 102)])
    head = tall * 0.15
    pen.rounded_rectangle((x, foot - tall * 0.82, x + tall * 0.3, foot - tall * 0.4), tall * 0.06, fill=coat)
    pen.rectangle((x + tall * 0.04, foot - tall * 0.42, x + tall * 0.26, foot), fill=(38, 42, 48))
    pen.ellipse(
        (x + tall * 0.15 - head / 2, foot - tall, x + tall * 0.15 + head / 2, foot - tall + head), fill=(214, 178, 148)
    )
    pen.rectangle((x + tall * 0.06, foot - tall * 0.74, x + tall * 0.12, foot - tall * 0.7), fill=(236, 226, 160))


def _grainy(picture: Image.Image, random: Random) -> Image.Image:
    left, top = random.randint(0, 400), random.randint(0, 400)
    grain = _grain().crop((left, top, left + picture.width, top + picture.height))
    return Image.blend(picture, grain, 0.07)


@cache
def _grain() -> Image.Image:
    return Image.effect_noise((2400, 2100), 60).convert("RGB")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
