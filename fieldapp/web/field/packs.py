"""How the phone's program is cut: a core that a first visit waits for, and packs that follow it.

Only what a pack begins with stands here; the rest is cut from the import graph. The shells stay in the core, so that a
page whose pack is missing opens all the same, and says so in words.
"""

from collections import Counter
from pathlib import Path

from fieldapp.web.field.imports import imported_by, reached_from

# Name of the pack → the modules that it begins with, below js/field; nothing of the core imports them at its top.
# A phone knows by the last one that it has the whole pack (templates/field/sw.js). What a person calls them:
# storage/packs.js.
PACKS: dict[str, tuple[str, ...]] = {
    "interview": (
        "records/officer-register.js",
        "parts/officers.js",
        "parts/replies.js",
        "parts/signatures.js",
        "pages/handover.js",
        "pages/interview.js",
    ),
    "confirm": ("parts/second.js", "pages/confirm.js"),
    "form": ("parts/brief.js", "parts/jump-list.js", "parts/sentences.js"),
    "handbook": ("pages/guide.js",),
    "drawing": (
        "evidence/copies.js",
        "parts/burst-camera.js",
        "parts/originals-choice.js",
        "parts/photo-viewer.js",
    ),
    "rescue": (
        "session/taking-up.js",
        "sync/erasing.js",
        "records/keeping-as-new.js",
        "parts/certificate.js",
        "parts/qr.js",
        "pages/slip.js",
        "pages/conflict.js",
        "pages/receipt.js",
        "pages/rescue.js",
    ),
}


def entry_of(pack: str) -> str:
    """The address of the module that comes last of `pack`: where it is, all of the pack is."""
    return f"/static/js/field/{PACKS[pack][-1]}"


def cut(static: Path) -> dict[str, list[str]]:
    """The modules of each pack, relative to `static`, sorted. What is in none of them is of the core.

    A module is of a pack when only that pack reaches it. What two packs share is of the core.
    """
    folder = static / "js" / "field"
    entries = {name: [(folder / path).resolve() for path in paths] for name, paths in PACKS.items()}
    core = reached_from(_begun_by_core(folder, {path for paths in entries.values() for path in paths}))
    reached = {name: reached_from(paths) - core | set(paths) for name, paths in entries.items()}
    claims = Counter(path for paths in reached.values() for path in paths)
    return {
        name: sorted(path.relative_to(static.resolve()).as_posix() for path in paths if claims[path] == 1)
        for name, paths in reached.items()
    }


def _begun_by_core(folder: Path, entries: set[Path]) -> list[Path]:
    """The modules that a page or `import(…)` begins with, but for the packs': no other imports them at its top."""
    scripts = [path.resolve() for path in folder.rglob("*.js")]
    imported = {target for path in scripts for target in imported_by(path)}
    return [path for path in scripts if path not in imported | entries]
