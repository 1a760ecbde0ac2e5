"""What is drawn over a photo: read whole or refused, and burnt in so that nothing of what is covered is left."""

import io
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from fieldapp.evidence import exif, layers, renderer
from fieldapp.evidence.layers import Layer, NotALayer

ID, SHA = "0191e3c0-0000-7000-8000-000000000001", "ab" * 32
share = st.floats(0, 1, allow_nan=False)
point = st.tuples(share, share).map(list)
mark = st.one_of(
    st.fixed_dictionaries({"kind": st.just("stroke"), "points": st.lists(point, min_size=1, max_size=9)}),
    st.fixed_dictionaries({"kind": st.just("arrow"), "from": point, "to": point}),
    st.fixed_dictionaries({"kind": st.just("cover"), "from": point, "to": point, "how": st.sampled_from(layers.WAYS)}),
)
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.sampled_from(["cover", ID, SHA]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "from", "to", "points", "how", "photo", "marks", "id"]), inner)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(st.lists(mark, max_size=5))
def test_a_layer_is_read_as_it_was_written(marks: list[dict[str, Any]]) -> None:
    layer = Layer(ID, SHA, layers.checked(marks))

    assert layers.parse(layers.written(layer)) == layer
    assert list(layer.marks) == marks


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(anything)
@example([{"kind": ["cover"], "from": [0, 0], "to": [1, 1]}])  # a kind that is in no table
def test_whatever_else_is_refused_and_nothing_else_is_raised(said: Any) -> None:
    for content in (said, {"photo": {"id": ID, "sha256": SHA}, "marks": said}):
        try:
            read = layers.parse(json.dumps(content).encode())
        except NotALayer:
            continue
        assert isinstance(read, Layer)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    with pytest.raises(NotALayer):
        layers.parse(content)


@pytest.mark.parametrize(
    "marks",
    [
        [{"kind": "cover", "from": [0, 0], "to": [1.01, 1]}],
        [{"kind": "cover", "from": [0, 0], "to": [1, 1], "how": "blur"}],
        [{"kind": "cover", "from": [0, 0], "to": [1, 1], "note": "电话 138…"}],
        [{"kind": "arrow", "from": [0, 0], "to": [True, 1]}],
        [{"kind": "stroke", "points": []}],
        [{"kind": "stroke", "points": [[0, 0]] * 4001}],
        [{"kind": "arrow", "from": [0, 0], "to": [1, 1]}] * 201,
    ],
    ids=["outside", "blurred", "with words", "no number", "of nothing", "too many points", "too many marks"],
)
def test_what_is_not_to_be_drawn_is_refused(marks: list[dict[str, Any]]) -> None:
    with pytest.raises(NotALayer):
        layers.checked(marks)


def noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def developed(
    picture: Image.Image, marks: list[dict[str, Any]], kind: str = "plain", picture_format: str = "PNG"
) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, picture_format, **({"subsampling": 0, "quality": 90} if picture_format == "JPEG" else {}))
    file.seek(0)
    order = {"kind": kind, "size_px": 1600 if kind != "thumbnail" else 320, "pixel_limit": 10**8, "marks": marks,
             "lines": ("a", "b"), "plain": ("a", "b")}  # fmt: skip
    return Image.open(io.BytesIO(renderer.develop(order, file))).convert("RGB")


def colours(image: Image.Image) -> set[Any]:
    return {colour for _, colour in image.getcolors(2**24) or ()}


def cover(box: tuple[float, float, float, float], how: str = "opaque") -> dict[str, Any]:
    return {"kind": "cover", "from": list(box[:2]), "to": list(box[2:]), "how": how}


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG"])
@pytest.mark.parametrize(("kind", "size"), [("plain", (640, 480)), ("plain", (2300, 1300)), ("thumbnail", (640, 480))])
def test_two_pictures_that_differ_only_beneath_a_cover_look_the_same(kind: str, size, picture_format: str) -> None:
    """Also where they were made smaller, which spreads what lies beneath over the pixels around."""
    left, top, right, bottom = (
        -(-side // 16) * 16 for side in (size[0] // 2, size[1] // 2, size[0] * 3 // 4, size[1] * 3 // 4)
    )
    one, other = noise(*size, 1), noise(*size, 1)
    for seed, picture in enumerate((one, other)):  # on the borders of a JPEG's blocks
        picture.paste(noise(right - left, bottom - top, 10 + seed), (left, top))
    marks = [cover((left / size[0], top / size[1], right / size[0], bottom / size[1]))]

    def shown(picture: Image.Image, drawn: list[dict[str, Any]]) -> bytes:
        return developed(picture, drawn, kind, picture_format).tobytes()

    assert shown(one, marks) == shown(other, marks)
    assert shown(one, []) != shown(other, [])


def test_an_opaque_cover_is_one_colour_and_the_rest_stays() -> None:
    grey, marks = Image.new("RGB", (400, 300), (200, 200, 200)), [cover((0.75, 0.5, 0.25, 0.25))]  # drawn backwards

    made = developed(grey, marks)

    inside = made.crop((116, 91, 284, 134))  # beside the border a JPEG rings
    assert all(abs(low - 32) < 4 and abs(high - 32) < 4 for low, high in inside.getextrema())  # type: ignore[misc]
    assert all(abs(value - 200) < 3 for at in ((50, 50), (350, 250)) for value in made.getpixel(at))  # type: ignore


@settings(max_examples=25, deadline=None)
@given(share, share, share, share, st.sampled_from([(300, 200), (33, 900), (1, 1), (1600, 40)]))
def test_a_cover_reaches_whole_pixels_outwards_wherever_it_lies(x1, y1, x2, y2, size) -> None:
    image = Image.new("RGB", size, "white")

    renderer.draw_marks(image, [cover((x1, y1, x2, y2))])

    left, right = sorted((x1 * size[0], x2 * size[0]))
    top, bottom = sorted((y1 * size[1], y2 * size[1]))
    for x in {min(int(edge), size[0] - 1) for edge in (left, right)}:
        for y in {min(int(edge), size[1] - 1) for edge in (top, bottom)}:
            is_beneath = x < right and y < bottom
            assert image.getpixel((x, y)) == renderer._COVER or not is_beneath


@pytest.mark.parametrize(("width", "height", "square"), [(480, 240, 20), (120, 60, 16), (16, 9, 9), (1600, 100, 67)])
def test_a_mosaic_has_squares_too_coarse_to_be_read_back(width: int, height: int, square: int) -> None:
    image = noise(width, height, 3)

    renderer.draw_marks(image, [cover((0, 0, 1, 1), "mosaic")])

    assert len(colours(image)) <= max(1, width // square) * max(1, height // square)
    assert max(width, height) / square <= 24 or square == 16


def test_a_mosaic_says_of_a_square_its_mean_alone() -> None:
    halves = Image.new("RGB", (160, 160), "black")
    halves.paste((255, 255, 255), (0, 0, 160, 80))
    stripes = Image.new("RGB", (160, 160), "black")
    for row in range(0, 160, 2):
        stripes.paste((255, 255, 255), (0, row, 160, row + 1))
    for image in (halves, stripes):
        renderer.draw_marks(image, [cover((0, 0, 1, 1), "mosaic")])

    assert colours(stripes) == {(128, 128, 128)}
    assert len(colours(halves)) == 2


def test_lines_and_arrows_are_drawn_over_covers() -> None:
    image = Image.new("RGB", (400, 300), "white")
    marks = [
        {"kind": "stroke", "points": [[0.1, 0.5], [0.9, 0.5]]},
        {"kind": "arrow", "from": [0.5, 0.9], "to": [0.5, 0.6]},
        cover((0.4, 0.4, 0.6, 0.7)),
    ]

    renderer.draw_marks(image, marks)

    assert image.getpixel((200, 150)) == image.getpixel((60, 150)) == image.getpixel((200, 190)) == renderer._INK
    assert image.getpixel((190, 135)) == renderer._COVER
    assert ImageChops.difference(image, Image.new("RGB", (400, 300), "white")).getbbox()[0] < 45  # type: ignore[index]


def test_an_exif_time_is_read_as_it_stands_and_nonsense_is_none() -> None:
    file, said = io.BytesIO(), Image.Exif()
    said.get_ifd(0x8769)[0x9003] = "2026:11:23 09:12:04"
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=said)
    whole = file.getvalue()

    assert exif.taken_at(whole) == "2026-11-23 09:12:04"
    assert exif.taken_at(whole[: whole.index(b"2026:11")]) is None
    assert exif.taken_at(b"\xff\xd8\xffExif\0\0II*\0\xff\xff\xff\xff") is None
    dice = random.Random(7)
    for _ in range(300):
        mutant = bytearray(whole)
        mutant[dice.randrange(20, 120)] = dice.randrange(256)
        exif.taken_at(bytes(mutant))
