"""What names a person: a telephone as somebody typed it, shown masked, and taken out of words. Pure."""

import re

from fieldapp.filing.unmasking import mask_phone
from fieldapp.folding import folded

__all__ = ["mask_phone", "masked_receipt", "redaction_of", "telephone"]

_LABEL = re.compile(r"^(?:(?:联系|手机|固定|办公)?(?:电话|手机|座机)(?:号码?)?|号码|tel|phone|mobile)[.:]*")
_AROUND = ".,:;。、!「」『』《》〈〉【】〔〕<>“”‘’\"'"
_EXTENSION = re.compile(r"[-(\[]*(?:转|接|分机号?|ext(?:ension)?|x|#|[,;])+[.:]*(\d{1,6})[)\]]*$")
_OUR_COUNTRY = re.compile(r"^\(?(?:\+|00)86\)?[-.]*")
_BETWEEN_GROUPS = re.compile(r"[-().·_\[\]]+")
_NUMBER = re.compile(r"\+?\d+(?:-\d+)*")
LEAST_DIGITS, MOST_DIGITS = 7, 15  # Source: ITU-T E.164 for the most


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


def telephone(typed: str) -> str | None:
    """The telephone number that `typed` spells, such as 0512-57000000转801; None when it is none, or more than one.

    Contact lists hand out marks without a shape, brackets, full width, +86, a word before it: none of that counts.
    """
    text = _LABEL.sub("", folded(typed).strip(_AROUND)).strip(_AROUND)
    extension = _EXTENSION.search(text)
    number = text[: extension.start()] if extension else text
    number = _BETWEEN_GROUPS.sub("-", _OUR_COUNTRY.sub("", number)).strip("-")
    if not _NUMBER.fullmatch(number) or not LEAST_DIGITS <= sum(map(str.isdigit, number)) <= MOST_DIGITS:
        return None
    return f"{number}转{extension[1]}" if extension else number
