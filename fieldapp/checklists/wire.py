"""How a version travels to the phones: its part of the pack."""

from dataclasses import asdict
from typing import Any

from fieldapp.checklists.articles import resolve
from fieldapp.checklists.content import Basis, Content, Item
from fieldapp.checklists.models import ChecklistVersion
from fieldapp.checklists.phrases import phrases_for, sentences_for
from fieldapp.clock import rfc3339


def wire_of(version: ChecklistVersion, content: Content, *, current: bool) -> dict[str, Any]:
    """One version as phones get it in the pack. `current`: new records are made with this one."""
    published_at = version.published_at
    return {
        "id": version.id,
        "title": version.title,
        "published_at": rfc3339(published_at) if published_at else None,
        "current": current,
        "status": content.meta.status,
        "note": content.meta.note,
        "categories": [
            {
                "code": category.code,
                "title": category.label,
                "items": [_wire_item(item) for item in content.items_of(category.code) if not item.optional],
                # Apart from those that are owed: an app that does not know of them asks nobody for them.
                "optional_items": [_wire_item(item) for item in content.items_of(category.code) if item.optional],
            }
            for category in content.categories
        ],
        "circumstances": [
            {"id": choice.id, "title": choice.label, "meaning": choice.meaning} for choice in content.circumstances
        ],
        "stages": [{"id": stage.id, "title": stage.label, "order": stage.order} for stage in content.stages],
        "modes": [{"id": mode.id, "title": mode.label} for mode in content.modes],
        "domains": [{"id": domain.id, "title": domain.label, "assumed": domain.assumed} for domain in content.domains],
        "answers": [{"id": choice.id, "title": choice.label, "meaning": choice.meaning} for choice in content.answers],
        "scoring": asdict(content.scoring) | {"bands": [asdict(band) for band in content.scoring.bands]},
    }


def _wire_item(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "question": item.question,
        "guidance": list(item.look_for),
        "basis": [_wire_basis(basis) for basis in item.basis],
        "stage": item.stage,
        "modes": list(item.modes),
        "domains": list(item.domains),
        "weight": item.weight,
        "critical": item.critical,
        "applies_when": item.applies_when,
        "na_hint": item.na_hint,
        "phrases": phrases_for(item),
        "sentences": sentences_for(item),
        "photo_hint": item.photo_hint,
        "domain_notes": dict(item.domain_notes),
        "fact": item.fact,
        "first": item.first,
    }


def _wire_basis(basis: Basis) -> dict[str, Any]:
    cited = resolve(basis.law, basis.article)
    texts = [{"name": one.name, "text": one.text} for one in cited if one.text]
    return asdict(basis) | ({"texts": texts} if texts else {})
