"""Checklists as a clerk might write them, for tests that must hold for any of them."""

from dataclasses import replace

from hypothesis import strategies as st

from fieldapp.checklists.content import Basis, load_default
from fieldapp.checklists.meanings import FACTS

CONTENT = load_default()
DOMAINS = [domain.id for domain in CONTENT.domains]
_BLANKS = " \t\r\n\u3000\xa0\u200b\ufeff"


def tidy(text):
    """As import leaves it: nothing around it, whatever blank it is."""
    while text != (less := text.strip().strip(_BLANKS)):
        text = less
    return text


def texts(low=1, high=30, *, without=""):
    """Any words on one line; often such that a spreadsheet would take for a formula."""
    letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufffe\uffff" + without)
    words = st.text(letters, min_size=low, max_size=high)
    risky = st.sampled_from(
        ["=1+1", "+8", "-2", "@SUM(A1)", "'单引号", "'=1", "''", '=HYPERLINK("http://x")', "1", "3.0"]
    )
    return (words | risky).map(tidy).filter(lambda text: low <= len(text) <= high and not set(without) & set(text))


@st.composite
def items(draw, code):
    """An item of the default's shape with other words."""
    base = CONTENT.by_code["B01"]
    domains = draw(st.lists(st.sampled_from(DOMAINS), unique=True, max_size=3))
    notes = draw(st.lists(st.sampled_from(DOMAINS), unique=True, max_size=3))
    return replace(
        base,
        code=code,
        category=code[0],
        title=draw(texts()),
        question=draw(texts(high=60)),
        look_for=tuple(draw(st.lists(texts(), min_size=1, max_size=4))),
        basis=tuple(
            draw(
                st.lists(
                    st.builds(Basis, texts(without="|\uff5c"), texts(without="|\uff5c"), st.booleans()),
                    min_size=1,
                    max_size=3,
                )
            )
        ),
        stage=draw(st.sampled_from([stage.id for stage in CONTENT.stages])),
        modes=tuple(draw(st.lists(st.sampled_from([mode.id for mode in CONTENT.modes]), min_size=1, unique=True))),
        domains=tuple(domains),
        applies_when=draw(st.sampled_from([choice.id for choice in CONTENT.circumstances])),
        weight=draw(st.integers(1, 100)),
        critical=draw(st.booleans()),
        first=draw(st.booleans()),
        na_hint=draw(st.just("") | texts()),
        photo_hint=draw(st.just("") | texts()),
        domain_notes=tuple((domain, draw(texts())) for domain in sorted(notes, key=DOMAINS.index)),
    )


@st.composite
def checklists(draw):
    """A checklist of a few items, its sums right."""
    codes = draw(st.lists(st.from_regex(r"\A[AB][0-9]{2}\Z"), min_size=1, max_size=5, unique=True))
    facts = draw(st.lists(st.sampled_from(["", *FACTS]), min_size=len(codes), max_size=len(codes)))
    facts = [fact if fact not in facts[:place] else "" for place, fact in enumerate(facts)]
    made = tuple(replace(draw(items(code)), fact=fact) for code, fact in zip(codes, facts, strict=True))
    owed = {item.category for item in made}
    made += tuple(replace(draw(items(f"{letter}99")), weight=0, critical=False, fact="", optional=True)
                  for letter in sorted(owed) if f"{letter}99" not in codes and draw(st.booleans()))  # fmt: skip
    categories = tuple(
        replace(category, label=draw(texts()), count=len(own), points=sum(item.weight for item in own))
        for category in CONTENT.categories
        if (own := [item for item in made if item.category == category.code and not item.optional])
    )
    meta = replace(
        CONTENT.meta,
        title=draw(texts()),
        note=draw(st.just("") | texts()),
        status=draw(st.sampled_from(["draft_assumption", "approved"])),
        total_points=sum(item.weight for item in made),
    )
    scoring = replace(
        CONTENT.scoring,
        critical_cap=draw(st.sampled_from(["", "pass", "good"])),
        min_answered_weight=draw(st.integers(0, 100)),
    )
    return replace(CONTENT, meta=meta, scoring=scoring, categories=categories, items=made)
