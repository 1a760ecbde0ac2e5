"""Draws the app's icons from static/img/logo.svg with Chromium.

Run after a change of the logo: .venv/bin/python deploy/make_icons.py
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parents[1] / "fieldapp" / "static" / "img"
BRAND = "#0a5871"
# name → (pixels, share that the logo takes, colour behind it): a maskable icon keeps its mark inside the inner 80 %.
ICONS = {
    "icon-192.png": (192, 1.0, "transparent"),
    "icon-512.png": (512, 1.0, "transparent"),
    "icon-maskable-512.png": (512, 0.86, BRAND),
    "icon-180.png": (180, 0.94, BRAND),
}
PAGE = """<!doctype html>
<body style="margin:0;width:{size}px;height:{size}px;display:grid;place-items:center;background:{behind}">
<div style="width:{inner}px;height:{inner}px">{logo}</div>"""


def main() -> None:
    """Writes each icon beside the logo."""
    logo = (IMAGES / "logo.svg").read_text(encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, (size, share, behind) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(size=size, inner=round(size * share), behind=behind, logo=logo))
            page.screenshot(path=IMAGES / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
