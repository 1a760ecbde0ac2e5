"""A desk's page as a browser would use it: its forms with every hidden field, filled in and sent."""

from typing import Any
from urllib.parse import urljoin

import html5lib


class PageForm:
    """One form of a page. `fields`: name and value of everything that a browser would send, in order."""

    def __init__(self, element: Any, path: str) -> None:
        self.action = urljoin(path, element.get("action") or path)
        self.fields = [pair for control in element.iter() for pair in _said(control)]

    def filled(self, **values: str) -> list[tuple[str, str]]:
        """The fields with other values for some of them; what the page did not have is added."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        return [*kept, *values.items()]

    def value(self, name: str) -> str | None:
        """What stands in a field; None when the form has no such field or nothing is chosen."""
        return dict(self.fields).get(name)


def forms_of(page: str, path: str) -> list[PageForm]:
    """Every form of a page that posts, without that of the user menu."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    found = [one for one in root.iter("form") if (one.get("method") or "get").lower() == "post"]
    return [PageForm(one, path) for one in found if not (one.get("action") or "").startswith("/account/")]


def form_at(client: Any, path: str, *, action: str = "") -> PageForm:
    """The form of the page at `path` whose address holds `action`; the first when none is named."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return next(one for one in forms_of(page.get_data(as_text=True), path) if action in one.action)


def send(client: Any, form: PageForm, **values: str) -> Any:
    """Sends the form as a browser does, and does not follow."""
    data: dict[str, list[str]] = {}
    for name, value in form.filled(**values):
        data.setdefault(name, []).append(value)
    return client.post(form.action, data=data)


def _said(control: Any) -> list[tuple[str, str]]:
    name = control.get("name")
    if not name:
        return []
    if control.tag == "textarea":
        return [(name, control.text or "")]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return [(name, one.get("value", one.text or "")) for one in chosen]
    if control.tag != "input" or control.get("type") in ("submit", "file", "button"):
        return []
    if control.get("type") in ("checkbox", "radio") and control.get("checked") is None:
        return []
    return [(name, control.get("value", ""))]
