"""What people type and paste is read as they meant it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rating_codes import spelling

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
