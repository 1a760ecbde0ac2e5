"""Scripts and styles as they travel: without comments, indentation and line ends. Every name stays as it is written.

`tests/web/test_shrinking.py` parses each script before and after, `tests/browser/test_styles_served.py` each style:
what is left out means nothing.
"""

import re
from functools import lru_cache

import rjsmin

# In a style a space may stand for "somewhere inside" (`.a :focus-visible`), so no space beside a name, a colon or a
# bracket is touched: only runs of blanks become one, and those beside `{`, `}` and `;` go. Source: CSS Syntax 3, §4.
_BLANK = r"(?:\s|/\*(?!!)(?s:.*?)\*/)"
_KEPT = r""""(?:[^"\\]|\\(?s:.))*"|'(?:[^'\\]|\\(?s:.))*'|\burl\([^"')]*\)|/\*!(?s:.*?)\*/"""
_STYLE_PARTS = re.compile(f"({_KEPT})|{_BLANK}*([{{}};]){_BLANK}*|({_BLANK}+)", re.IGNORECASE)


@lru_cache(maxsize=300)  # every script and style there is: the same few are asked for again and again
def smaller(text: str, mimetype: str) -> str:
    """`text` with fewer bytes and the same meaning; other types than scripts and styles come back as they are.

    Comments that begin with `!` stay: vendored libraries carry their licence in them. Template literals must not be
    nested in scripts.
    """
    if mimetype == "text/javascript":
        return str(rjsmin.jsmin(text, keep_bang_comments=True))
    if mimetype == "text/css":
        return _STYLE_PARTS.sub(_shorter, text).strip()
    return text


def _shorter(part: re.Match[str]) -> str:
    kept, mark, blanks = part.groups()
    if blanks is None:
        return str(kept or mark)
    is_spaced = re.search(r"\s", re.sub(r"/\*(?s:.*?)\*/", "", blanks))
    return " " if is_spaced else "/**/"  # a comment between two words parts them, and is no space
