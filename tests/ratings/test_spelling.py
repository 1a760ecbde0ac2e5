"""What people type and paste is read as they meant it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.ratings import spelling

CODE = "0123456789ABCDEF"
RECEIPT = "7KQ0M1XPT2WZ"


@given(st.text(alphabet=spelling.ALPHABET, min_size=16, max_size=16), st.data())
def test_a_code_survives_being_written_by_hand(code, data):
    spelled = code.lower() if data.draw(st.booleans()) else code
    spelled = spelled.replace("0", data.draw(st.sampled_from("0Oo"))).replace("1", data.draw(st.sampled_from("1IiLl")))
    cut = data.draw(st.integers(0, 16))

    assert (
        spelling.canonical_code(f" {spelled[:cut]}{data.draw(st.sampled_from(['-', ' ', '']))}{spelled[cut:]}\n")
        == code
    )


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(typed):
    code = spelling.canonical_code(typed)

    assert code is None or (len(code) == 16 and set(code) <= set(spelling.ALPHABET))


def test_a_code_has_eighty_bits():
    assert len(spelling.ALPHABET) ** spelling.CODE_CHARACTERS >= 2**80


@pytest.mark.parametrize("typed", [
    "7KQ0-M1XP-T2WZ", "7kq0m1xpt2wz", "7KQO-MIXP-T2WZ", "7KQ0 M1XP T2WZ", " 7KQ0\u3000M1XP\u00a0T2WZ\n",
    "７ＫＱ０－Ｍ１ＸＰ－Ｔ２ＷＺ", "7KQ0—M1XP—T2WZ", "7KQ0–M1XP−T2WZ", "7KQ0·M1XP·T2WZ", "7KQ0．M1XP．T2WZ",
    "\u202a7KQ0-M1XP-T2WZ\u202c", "7KQ0\u200bM1XP\u2060T2WZ\ufeff", "7KQ0\u00adM1XPT2WZ", "“7KQ0-M1XP-T2WZ”。",
    "查询码：7KQ0-M1XP-T2WZ，请保存", "查询码（请截图或抄下） 7KQ0-M1XP-T2WZ", "【7KQ0-M1XP-T2WZ】",
    "https://jd.example.cn/r/status/7KQ0M1XPT2WZ", "https://jd.example.cn/r/status/7KQ0M1XPT2WZ?left_out=1",
])  # fmt: skip
def test_a_query_code_is_read_however_it_was_typed_or_pasted(typed: str):
    assert spelling.canonical_code(typed, characters=spelling.RECEIPT_CHARACTERS) == RECEIPT


@pytest.mark.parametrize("typed", [
    "0123456789abcdef", "０１２３ ４５６７ ８９ＡＢ ＣＤＥＦ", "0123-4567-89AB-CDEF。", "0123、4567、89AB、CDEF",
    "https://jd.example.cn/r/0123456789ABCDEF", "https://jd.example.cn/r/0123456789ABCDEF/opinion",
    "https://jd.example.cn/r/0123456789ABCDEF?draft=7KQ0M1XPT2WZ",
])  # fmt: skip
def test_a_rating_code_is_read_however_it_was_typed_or_pasted(typed: str):
    assert spelling.canonical_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "。", "7KQ0-M1XP-T2W", "7KQ0-M1XP-T2WZ-7", "7KQ0-M1XP-T2WU", "查询码"])
def test_what_spells_no_code_is_none(typed: str):
    assert spelling.canonical_code(typed, characters=spelling.RECEIPT_CHARACTERS) is None


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
    assert spelling.telephone(typed) == number


@pytest.mark.parametrize("typed", [
    "", "电话", "12345", "000-0000-0001/000-0000-0002", "00000000001,00000000002", "一二三四五六七", "1" * 16, "转801",
    "王五 00000000001", "000000000a1", "+", "(  )",
])  # fmt: skip
def test_what_is_no_telephone_or_more_than_one_is_none(typed: str):
    assert spelling.telephone(typed) is None


@given(st.text(max_size=60))
def test_a_telephone_once_read_reads_as_itself(typed: str):
    number = spelling.telephone(typed)

    assert number is None or spelling.telephone(number) == number
