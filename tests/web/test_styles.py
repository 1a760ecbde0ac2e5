"""The look keeps its promises: small, readable in both themes, and nothing named that is not there."""

import gzip
import re
from pathlib import Path

import pytest

from fieldapp.web.minify import smaller

PACKAGE = Path(__file__).parents[2] / "fieldapp"
CSS = PACKAGE / "static" / "css"
LIMIT_BYTES = 15 * 1024
TOKENS = (CSS / "tokens.css").read_text()
READABLE = 4.5  # WCAG 2.2, 1.4.3
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: edges of controls
TONES = ("brand", "red", "amber", "green", "violet")


def theme(name: str) -> dict[str, str]:
    """The colours of one theme as #rrggbb by token."""
    start = {"light": ":root {", "dark": ':root[data-theme="dark"] {'}[name]
    block = TOKENS.split(start, 1)[1].split("}", 1)[0]
    light = {} if name == "light" else theme("light")
    return light | dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", block))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance 0–1 of #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_all_styles_together_stay_small() -> None:
    whole = "".join(smaller(path.read_text(), "text/css") for path in sorted(CSS.glob("*.css")))

    assert len(gzip.compress(whole.encode(), 9)) <= LIMIT_BYTES


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_pair_of_text_and_ground_can_be_read(name: str) -> None:
    colour = theme(name)
    pairs = [
        (f"--{ink}", f"--{ground}")
        for ink in ("ink", "ink-soft", "ink-faint")
        for ground in ("ground", "paper", "sunken")
    ]
    pairs += [(f"--{tone}", f"--{ground}") for tone in TONES for ground in (f"{tone}-wash", "paper", "ground")]
    pairs += [("--on-fill", f"--{tone}-fill") for tone in (*TONES, "slate")]
    pairs += [("--ink", f"--{tone}-wash") for tone in TONES]
    pairs += [("--on-bar", "--bar"), ("--on-bar-soft", "--bar"), ("--brand-deep", "--brand-wash")]

    weak = {pair: round(ratio, 2) for pair in pairs if (ratio := contrast(colour[pair[0]], colour[pair[1]])) < READABLE}

    assert weak == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_edges_of_controls_can_be_seen(name: str) -> None:
    colour = theme(name)

    for ground in ("--ground", "--paper"):
        assert contrast(colour["--edge"], colour[ground]) >= VISIBLE
        assert contrast(colour["--ring"], colour[ground]) >= VISIBLE


def test_dark_is_the_same_whether_the_system_or_the_person_chose_it() -> None:
    by_system = TOKENS.split(':root:not([data-theme="light"]) {', 1)[1].split("}", 1)[0]
    by_person = TOKENS.split(':root[data-theme="dark"] {', 1)[1].split("}", 1)[0]

    assert by_system.split() == by_person.split()


def drawn_in(sprite: str) -> set[str]:
    """The names of the drawings in `img/SPRITE.svg`."""
    return set(re.findall(r'<symbol id="([^"]+)"', (PACKAGE / f"static/img/{sprite}.svg").read_text()))


def named_in(*folders: str) -> set[str]:
    """The icons that templates and scripts below these folders of the package name."""
    sources = [path for folder in folders for path in (PACKAGE / folder).rglob("*") if path.suffix in {".html", ".js"}]
    found = (re.findall(r'\bicon\("([a-z0-9-]+)"|icon_name="([a-z0-9-]+)"', path.read_text()) for path in sources)
    return {one or other for names in found for one, other in names}


def test_every_icon_that_is_named_is_drawn() -> None:
    assert named_in("templates", "static/js") - drawn_in("icons") - drawn_in("desk-icons") == set()


def test_icons_of_the_desks_are_not_sent_to_phones() -> None:
    listed = re.search(r"desk_icons = \(([^)]*)\)", (PACKAGE / "templates/parts/icons.html").read_text())

    assert set(re.findall(r'"([a-z0-9-]+)"', listed[1])) == drawn_in("desk-icons")  # type: ignore[index]
    assert named_in("templates/field", "static/js/field", "static/js/lib") & drawn_in("desk-icons") == set()


def test_no_style_reaches_for_another_site() -> None:
    for path in CSS.glob("*.css"):
        text = path.read_text()
        addresses = [address.strip("\"' ") for address in re.findall(r"url\(([^)]*)", text)]
        assert [address for address in addresses if not address.startswith("data:")] == [], path.name
        assert "@import" not in text, path.name
