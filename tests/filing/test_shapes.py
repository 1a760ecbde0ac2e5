"""What a phone may send, checked at the border: each wrong field is named by its pointer, in Chinese."""

import pytest
from pydantic import create_model

from fieldapp.errors import Refused
from fieldapp.filing.shapes import Day, FilingShape, Id, Line, Milliseconds, Person, Shape, Text, check, instant

VISIT = "01890f0e-7b7a-7cc0-98c2-0242ac120002"
SENT = {"revision": 1, "base_revision": 0, "visit": VISIT, "state": "draft", "started_at": "2026-11-23T09:12:04+08:00"}
Odd = create_model(
    "Odd", __base__=Shape, line=(Line, ""), text=(Text, ""), at_ms=(Milliseconds, 0), photos=(list[Id], [])
)


def faults(shape, body):
    with pytest.raises(Refused) as refused:
        check(shape, body)
    return {fault.pointer: fault.detail for fault in refused.value.faults}


def test_what_is_whole_passes_and_fields_that_nobody_knows_stay():
    shape = check(FilingShape, SENT | {"more": {"kept": True}})

    assert (shape.revision, shape.base_revision, shape.visit, shape.state) == (1, 0, VISIT, "draft")
    assert shape.signature is None
    assert shape.clock_offset_ms is None
    assert shape.model_extra == {"more": {"kept": True}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("revision", 10**6), ("base_revision", 10**6), ("state", "submitted"), ("clock_offset_ms", -(10**13)),
        ("clock_offset_ms", 10**13), ("clock_offset_ms", 0.5), ("started_at", "1900-01-01T00:00:00Z"),
        ("started_at", "2200-12-31T23:59:59.123456789+08:00"), ("signature", {"evidence": VISIT}),
        ("signature", {"witness": "李" * 200}), ("signature", {"oral": True, "refused": "拒" * 20_000}),
    ],
)  # fmt: skip
def test_the_outermost_value_that_is_allowed_passes(field, value):
    check(FilingShape, SENT | {field: value})


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("revision", 0, "不能小于 1"),
        ("revision", 10**6 + 1, "不能大于 1000000"),
        ("revision", "1", "应为整数"),
        ("revision", True, "应为整数"),
        ("base_revision", -1, "不能小于 0"),
        ("base_revision", 10**6 + 1, "不能大于 1000000"),
        ("visit", VISIT.upper(), "应为小写的 UUID"),
        ("visit", 7, "应为文字"),
        ("state", "approved", "应为 'draft', 'submitted' or 'discarded' 之一"),
        ("clock_offset_ms", 10**13 + 1, "不能大于 10000000000000.0"),
        ("clock_offset_ms", -(10**13) - 1, "不能小于 -10000000000000.0"),
        ("signature", [], "应为对象"),
        ("started_at", "1899-12-31T23:59:59Z", "年份应在 1900 到 2200 之间"),
        ("started_at", "2201-01-01T00:00:00Z", "年份应在 1900 到 2200 之间"),
        ("started_at", "2026-11-23T09:12:04", "应为带时区的时间，如 2026-11-23T09:12:04+08:00"),
        ("started_at", "2026-02-30T09:12:04Z", "应为带时区的时间，如 2026-11-23T09:12:04+08:00"),
        ("started_at", "2026-11-23 09:12:04Z", "应为带时区的时间，如 2026-11-23T09:12:04+08:00"),
        ("started_at", "2026-11-23T09:12:04.1234567890Z", "应为带时区的时间，如 2026-11-23T09:12:04+08:00"),
        ("started_at", "２026-11-23T09:12:04Z", "应为带时区的时间，如 2026-11-23T09:12:04+08:00"),
    ],
)
def test_what_lies_outside_is_refused_at_its_field_in_words(field, value, sentence):
    assert faults(FilingShape, SENT | {field: value}) == {f"/{field}": sentence}


@pytest.mark.parametrize("missing", ["revision", "base_revision", "visit", "state", "started_at"])
def test_what_every_filing_must_have_is_missed(missing):
    assert faults(FilingShape, {name: value for name, value in SENT.items() if name != missing}) == {
        f"/{missing}": "缺少这一项"
    }


def test_every_fault_is_named_at_once_and_a_pointer_follows_lists_and_objects():
    found = faults(Odd, {"line": "长" * 201, "text": "长" * 20_001, "at_ms": 10**12 + 1, "photos": [VISIT, "x"]})

    assert found == {
        "/line": "最多 200 字", "/text": "最多 20000 字", "/at_ms": "不能大于 1000000000000",
        "/photos/1": "应为小写的 UUID",
    }  # fmt: skip
    assert faults(FilingShape, SENT | {"signature": {"evidence": "x"}}) == {"/signature/evidence": "应为小写的 UUID"}
    check(Odd, {"line": "长" * 200, "text": "长" * 20_000, "at_ms": 10**12})
    assert faults(Odd, {"at_ms": -1}) == {"/at_ms": "不能小于 0"}


def test_a_field_s_name_is_escaped_in_its_pointer():
    strange = create_model("Strange", __base__=Shape, counts=(dict[str, int], {}))

    assert faults(strange, {"counts": {"a/b~c": "x"}}) == {"/counts/a~1b~0c": "应为整数"}


def test_a_person_s_salt_is_thirty_two_small_hexadecimal_digits():
    person = {"kind": "resident", "salt": "0" * 32}
    assert check(Person, person).name == ""

    for salt in ("0" * 31, "0" * 33, "A" * 32, "g" * 32):
        assert faults(Person, person | {"salt": salt}) == {"/salt": "应为 32 位十六进制数"}


def test_a_body_that_is_no_object_is_refused_as_a_whole():
    assert faults(FilingShape, []) == {"": "应为对象"}


def test_a_time_that_has_passed_is_a_moment():
    assert instant("2026-11-23T09:12:04+08:00") == instant("2026-11-23T01:12:04Z")
    assert instant("2026-11-23T01:12:04Z").utcoffset() is not None


Due = create_model("Due", __base__=Shape, due=(Day, ...))


@pytest.mark.parametrize("day", ["2026-11-23", "1900-01-01", "2200-12-31", "2028-02-29"])
def test_a_day_passes_as_it_was_written(day):
    assert check(Due, {"due": day}).due == day


@pytest.mark.parametrize(
    "day", ["", "2026-11-2", "2026-02-29", "20261123", "2026-W48-1", "1899-12-31", "2201-01-01", "2026-11-23T00:00:00Z"]
)
def test_what_is_no_day_of_these_centuries_is_refused(day):
    assert faults(Due, {"due": day}) == {"/due": "应为日期，如 2026-11-23"}


def test_a_time_and_an_id_pass_as_they_were_written():
    assert check(FilingShape, SENT).started_at == SENT["started_at"]
    assert check(FilingShape, SENT | {"signature": {"evidence": VISIT}}).signature.evidence == VISIT
