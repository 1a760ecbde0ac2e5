"""What names a person: read as it was meant, shown masked, and taken out of what is released."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.ratings import personal_data
from fieldapp.ratings.personal_data import mask_phone, redaction_of


@pytest.mark.parametrize(
    ("comment", "released"),
    [
        ("打我电话13812345678说明", "打我电话[电话]说明"),
        ("座机 0512-57575757", "座机 [电话]"),
        ("身份证32058319900101123X", "身份证[证件号]"),
        ("车牌苏E12345被扣", "车牌[车牌]被扣"),
        ("邮箱 a.b@example.com", "邮箱 [邮箱]"),
        ("微信号 abc_12345", "[账号]"),
        ("罚款 2000 元，2026 年 11 月 24 日", "罚款 2000 元，2026 年 11 月 24 日"),
        ("来了3个人，没亮证", "来了3个人，没亮证"),
    ],
)
def test_a_proposal_for_release_has_no_numbers_of_persons(comment, released):
    assert redaction_of(comment) == released


@pytest.mark.parametrize(("phone", "shown"), [("000-0000-0001", "000****01"), ("12345", "****")])
def test_a_telephone_is_shown_masked(phone, shown):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(("typed", "number"), [
    ("00000000001", "00000000001"),
    ("000-0000-0001", "000-0000-0001"),
    ("000 0000 0001", "00000000001"),
    ("\u202d000 0000 0001\u202c", "00000000001"),
    ("000\u00a00000\u20090001", "00000000001"),
    ("000—0000–0001", "000-0000-0001"),
    ("０００-００００-０００１", "000-0000-0001"),
    ("０００００００００００", "00000000000"),
    ("+86 100 0000 0001", "10000000001"),
    ("+86-100-0000-0001", "100-0000-0001"),
    ("＋８６１００００００００１", "1000000001"),
    ("（+86）10000000001", "10000000001"),
    ("0086 100 0000 0001", "10000000001"),
    ("+852 0000 0001", "+85200000001"),
    ("（0512）5700 0000", "0512-57000000"),
    ("(0512)57000000", "0512-57000000"),
    ("0512.5700.0000", "0512-5700-0000"),
    ("0512-57000000转801", "0512-57000000转801"),
    ("0512-5700 0000 转 801", "0512-57000000转801"),
    ("0512-57000000 分机：801", "0512-57000000转801"),
    ("0512-57000000转分机801", "0512-57000000转801"),
    ("0512-57000000 ext. 801", "0512-57000000转801"),
    ("0512-57000000 EXT801", "0512-57000000转801"),
    ("0512-57000000x801", "0512-57000000转801"),
    ("0512-57000000#801", "0512-57000000转801"),
    ("0512-57000000,,801", "0512-57000000转801"),
    ("0512-57000000-801", "0512-57000000-801"),
    ("电话：000-0000-0001。", "000-0000-0001"),
    ("手机号码 00000000001", "00000000001"),
    ("tel:+86-100-0000-0001", "100-0000-0001"),
    ("Tel. 0512-57000000", "0512-57000000"),
])  # fmt: skip
def test_a_telephone_is_read_however_a_contact_list_writes_it(typed: str, number: str):
    assert personal_data.telephone(typed) == number


@pytest.mark.parametrize("typed", [
    "", "电话", "12345", "000-0000-0001/000-0000-0002", "00000000001,00000000002", "一二三四五六七", "1" * 16, "转801",
    "王五 00000000001", "000000000a1", "+", "(  )",
])  # fmt: skip
def test_what_is_no_telephone_or_more_than_one_is_none(typed: str):
    assert personal_data.telephone(typed) is None


@given(st.text(max_size=60))
def test_a_telephone_once_read_reads_as_itself(typed: str):
    number = personal_data.telephone(typed)

    assert number is None or personal_data.telephone(number) == number
