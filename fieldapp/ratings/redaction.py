"""Taking out of words what names a person. Pure."""

import re

from fieldapp.filing.unmasking import mask_phone

__all__ = ["mask_phone", "masked_receipt", "redaction_of"]


def masked_receipt(code: str) -> str:
    """A 查询码 as staff see it: enough to tell two apart. Whoever has all of it speaks as the citizen."""
    return f"{code[:4]}-****-****"


_PERSONAL = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "[证件号]"),
    (re.compile(r"(?<![\d-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<![\d-])(?:0\d{2,3}[- ]?)?\d{3,4}[- ]?\d{4}(?![\d-])"), "[电话]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "[邮箱]"),
    (re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"), "[车牌]"),
    (re.compile(r"(?i)(微信|wechat|qq)\s*(号|[:：])?\s*[a-z0-9_-]{5,20}"), "[账号]"),
)


def redaction_of(comment: str) -> str:
    """A proposal: `comment` without numbers that name a person. A human reads it before it is released (names stay)."""
    for pattern, mark in _PERSONAL:
        comment = pattern.sub(mark, comment)
    return comment
