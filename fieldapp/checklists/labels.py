"""The Chinese words for the ids that records carry: modes, domains, circumstances, bands.

The default checklist's words come first; an id that only a later version knows (a new domain) is looked up there.
"""

from flask import has_app_context

from fieldapp.checklists import queries
from fieldapp.checklists.content import load_default

MODES = {mode.id: mode.label for mode in load_default().modes}
DOMAINS = {domain.id: domain.label for domain in load_default().domains}
CIRCUMSTANCES = {choice.id: choice.label for choice in load_default().circumstances}
BANDS = {band.id: band.label for band in load_default().scoring.bands}
CHECKLIST_STATUS = {"draft_assumption": "待审定", "approved": "已审定"}


def mode_label(mode: str) -> str:
    """The words of a 监督方式, or its id when no version offered to phones knows it."""
    return MODES.get(mode) or _newer("modes", mode)


def domain_label(domain: str) -> str:
    """The words of a 重点领域, or its id when no version offered to phones knows it."""
    return DOMAINS.get(domain) or _newer("domains", domain)


def domains_on_offer() -> dict[str, str]:
    """The domains of the current version (of the default before one is published), by id, in order."""
    version = queries.current()
    content = queries.content_of(version.id) if version else load_default()
    return {domain.id: domain.label for domain in content.domains}


def circumstance_label(circumstance: str) -> str:
    """The words of a 适用情形, or its id when no version offered to phones knows it."""
    return CIRCUMSTANCES.get(circumstance) or _newer("circumstances", circumstance)


def _newer(kind: str, wanted: str) -> str:
    if has_app_context():
        for version in queries.published():
            for entry in getattr(queries.content_of(version.id), kind):
                if entry.id == wanted:
                    return str(entry.label)
    return wanted
