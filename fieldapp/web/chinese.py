"""What WTForms says of a wrong field, in Chinese: one table for every form, so that no English reaches a page."""

from typing import Any

from flask_wtf import FlaskForm

SENTENCES = {
    "Choices cannot be None.": "这一项没有可选的内容。",
    "CSRF failed.": "页面的安全校验已失效，请再提交一次。",
    "CSRF token expired.": "页面的安全校验已失效，请再提交一次。",
    "CSRF token missing.": "页面的安全校验已失效，请再提交一次。",
    "Date must be at least %(min)s.": "日期不能早于 %(min)s。",
    "Date must be at most %(max)s.": "日期不能晚于 %(max)s。",
    "Date must be between %(min)s and %(max)s.": "日期须在 %(min)s 至 %(max)s 之间。",
    "Field cannot be longer than %(max)d character.": "最多 %(max)d 个字符。",
    "Field cannot be longer than %(max)d characters.": "最多 %(max)d 个字符。",
    "Field must be at least %(min)d character long.": "至少 %(min)d 个字符。",
    "Field must be at least %(min)d characters long.": "至少 %(min)d 个字符。",
    "Field must be between %(min)d and %(max)d characters long.": "须为 %(min)d 至 %(max)d 个字符。",
    "Field must be equal to %(other_name)s.": "两次填写的不一致。",
    "Field must be exactly %(max)d character long.": "须为 %(max)d 个字符。",
    "Field must be exactly %(max)d characters long.": "须为 %(max)d 个字符。",
    "Invalid CSRF Token.": "页面的安全校验已失效，请再提交一次。",
    "Invalid Choice: could not coerce.": "没有这个选项，请重新选择。",
    "Invalid IP address.": "不是网络地址。",
    "Invalid Mac address.": "不是网卡地址。",
    "Invalid URL.": "不是网址。",
    "Invalid UUID.": "不是编号。",
    "Invalid choice(s): one or more data inputs could not be coerced.": "有的选项已不存在，请重新选择。",
    "Invalid email address.": "不是电子邮箱地址。",
    "Invalid field name '%s'.": "没有这一项。",
    "Invalid input.": "填写的内容不对。",
    "Invalid value, can't be any of: %(values)s.": "不能填 %(values)s。",
    "Invalid value, must be one of: %(values)s.": "只能填 %(values)s。",
    "Not a valid choice.": "没有这个选项（可能刚被停用或改动），请重新选择。",
    "Not a valid date value.": "日期看不懂，请写成 2026-11-24 这样。",
    "Not a valid datetime value.": "时间看不懂，请写成 2026-11-24 09:30 这样。",
    "Not a valid decimal value.": "不是数。",
    "Not a valid float value.": "不是数。",
    "Not a valid integer value.": "不是整数。",
    "Not a valid time value.": "时间看不懂，请写成 09:30 这样。",
    "Not a valid week value.": "周次看不懂。",
    "Number must be at least %(min)s.": "不能小于 %(min)s。",
    "Number must be at most %(max)s.": "不能大于 %(max)s。",
    "Number must be between %(min)s and %(max)s.": "须在 %(min)s 至 %(max)s 之间。",
    "This field cannot be edited.": "这一项不能改。",
    "This field is disabled and cannot have a value.": "这一项不能填。",
    "This field is required.": "这一项必填。",
    "'%(value)s' is not a valid choice for this field.": "有的选项已不存在，请重新选择。",
    "'%(value)s' are not valid choices for this field.": "有的选项已不存在，请重新选择。",
}
UNKNOWN = "填写的内容不对。"


class ChineseTranslations:
    """Gives WTForms the Chinese for its sentences; a sentence that a later release brings is said in general words."""

    def gettext(self, sentence: str) -> str:
        """The Chinese for one sentence."""
        return SENTENCES.get(sentence, UNKNOWN)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The Chinese for a sentence that English has in two forms."""
        return self.gettext(singular if number == 1 else plural)


class ChineseForm(FlaskForm):  # type: ignore[misc]
    """The parent of every form: its errors are Chinese sentences."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> ChineseTranslations:
            """The one table, whatever the browser's language is."""
            return ChineseTranslations()
