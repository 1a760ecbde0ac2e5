"""The phone and the public check call the fields of a receipt by the same words."""

import re

from fieldapp.installation import folder

PACKAGE = folder() / "fieldapp"


def test_a_receipt_is_described_in_the_same_words_on_the_phone_and_at_the_public_check() -> None:
    public = (PACKAGE / "templates/public/receipt_facts.html").read_text(encoding="utf-8")
    phone = (PACKAGE / "static/js/field/pages/receipt.js").read_text(encoding="utf-8")
    terms = [re.sub(r"（.*", "", term) for term in re.findall(r"<dt[^>]*>([^<]+)</dt>", public)]

    assert [term for term in terms if term != "内容" and f'["{term}' not in phone] == []
    assert "（草稿每备份一次也算一版）" in public
    assert "（草稿每备份一次也算一版）" in phone
