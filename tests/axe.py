"""axe-core on a page: once per page and form all that it knows; for another look of the same page what a look changes.

Only what is wrong is worked out: how each of the hundred things that are right was found takes as long again.
"""

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe

STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_A_LOOK = ("color-contrast", "scrollable-region-focusable")  # the other rules read the same elements
_RUN = """async (only) => {
  const found = await axe.run({ resultTypes: ['violations'], ...(only.length ? { runOnly: only } : {}) });
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(' ')}`);
}"""


def violations(page: Any, *only: str) -> list[str]:
    """What axe finds wrong, each as its rule and the first three elements; with `only` by those rules or tags."""
    if not page.evaluate("Boolean(globalThis.axe)"):
        page.evaluate(_script())
    return [str(one) for one in page.evaluate(_RUN, list(only))]


@cache
def _script() -> str:
    return str(Axe().axe_script)
