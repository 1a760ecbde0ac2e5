"""What every page must be, whoever fetches it: whole HTML5, one heading, labels on fields, nothing inline."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

# html5lib 1.1 predates these elements and reports them although they are valid.
KNOWN_TO_BE_VALID = frozenset({"expected-doctype-but-got-quirky-doctype"})
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
DATA_BLOCKS = frozenset({"application/json", "application/ld+json"})
# What differs each time that a page is fetched, and each time that the same test runs.
_TOKEN = re.compile(r'(name="(?:page|csrf_token)" value=")[\w.\-=]+(")')
_CLOCK = re.compile(r"(?<=[ T>])\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?![\w-])")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def faults_of(html: str) -> list[str]:
    """Everything that is wrong with the page `html`, each in one line; an empty list for a good page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    return [
        *(
            f"HTML: {code} at line {position[0]}"
            for position, code, _ in parser.errors
            if code not in KNOWN_TO_BE_VALID
        ),
        *_faults_of_frame(root),
        *_faults_of_ids(root),
        *_faults_of_fields(root),
        *_faults_of_names(root),
        *_faults_of_inline(root),
    ]


def check_page(html: str, where: str) -> None:
    """Fails the test that fetched `where`, with all faults of the page at once."""
    faults = _faults_of_kind(_kind(html))
    assert not faults, f"{where} is no good page:\n  " + "\n  ".join(faults)


@lru_cache(maxsize=4096)
def _faults_of_kind(html: str) -> tuple[str, ...]:
    """The faults of a page whose tokens are masked: to look again at the same page would find the same."""
    return tuple(faults_of(html))


def _kind(html: str) -> str:
    """The page with a number for each id in the order of their coming: what was equal stays so, and what was not."""
    numbers: dict[str, str] = {}
    masked = _CLOCK.sub("00:00", _TOKEN.sub(r"\g<1>token\2", html))
    return _ID.sub(lambda found: numbers.setdefault(found[0], f"id-{len(numbers)}"), masked)


def _faults_of_frame(root: Element) -> Iterator[str]:
    if root.get("lang") != "zh-CN":
        yield f"<html lang> is {root.get('lang')!r}, not zh-CN"
    title = root.find("head/title")
    if title is None or not _text(title):
        yield "no <title>"
    headings = sum(1 for element in _shown(root) if element.tag == "h1")
    if headings != 1:
        yield f"{headings} <h1>, not one"
    if not any(element.tag == "meta" and element.get("name") == "viewport" for element in root.iter()):
        yield "no <meta name=viewport>: a phone would show it tiny"


def _faults_of_ids(root: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in _shown(root) if element.get("id") is not None)
    for value, count in ids.items():
        if count > 1:
            yield f"id {value!r} {count} times"
    for element in _shown(root):
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for target in (element.get(attribute) or "").split():
                if target not in ids:
                    yield f"<{element.tag} {attribute}={target!r}> points to nothing"


def _faults_of_fields(root: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in root.iter("label")}
    wrapped = {id(field) for label in root.iter("label") for field in label.iter()}
    for element in _elements(root):
        if element.tag not in ("input", "select", "textarea") or element.get("type") in UNLABELLED_TYPES:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby") or id(element) in wrapped
        if not named and (element.get("id") is None or element.get("id") not in labelled):
            yield f"<{element.tag} name={element.get('name')!r}> has no label"


def _faults_of_names(root: Element) -> Iterator[str]:
    for element in _shown(root):
        if element.tag == "img" and element.get("alt") is None:
            yield f"<img src={element.get('src')!r}> has no alt"
        if element.tag in ("button", "a") and not (_text(element) or _named_inside(element)):
            yield f"<{element.tag}> without a name that can be read out: {element.attrib}"
        if element.tag == "a" and (element.get("href") or "").startswith("javascript:"):
            yield "a link that is a script"


def _faults_of_inline(root: Element) -> Iterator[str]:
    for element in _elements(root):
        if element.tag == "style":
            yield "<style> in the page"
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA_BLOCKS:
            yield "<script> in the page"
        for attribute in element.attrib:
            if attribute == "style" or attribute.startswith("on"):
                yield f"<{element.tag} {attribute}=…>"


def _elements(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if isinstance(element.tag, str))


def _shown(element: Element) -> Iterator[Element]:
    """The element and all below it, without what waits inside a <template>."""
    if not isinstance(element.tag, str):
        return
    yield element
    if element.tag != "template":
        for child in element:
            yield from _shown(child)


def _named_inside(element: Element) -> bool:
    return any(
        inner.get("aria-label") or inner.get("aria-labelledby") or inner.get("alt") or inner.get("title")
        for inner in element.iter()
    )


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
