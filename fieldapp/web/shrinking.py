"""Scripts and styles as they travel: without comments, indentation and line ends. Every name stays as it is written.

`tests/web/test_shrinking.py` parses each script before and after: what is left out means nothing.
"""

from functools import lru_cache

import rcssmin
import rjsmin


@lru_cache(maxsize=300)  # every script and style there is: the same few are asked for again and again
def smaller(text: str, mimetype: str) -> str:
    """`text` with fewer bytes and the same meaning; other types than scripts and styles come back as they are.

    Comments that begin with `!` stay: vendored libraries carry their licence in them. Template literals must not be
    nested in scripts.
    """
    if mimetype == "text/javascript":
        return str(rjsmin.jsmin(text, keep_bang_comments=True))
    if mimetype == "text/css":
        return str(rcssmin.cssmin(text, keep_bang_comments=True))
    return text
