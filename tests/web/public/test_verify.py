"""Anyone can check what was filed; nobody learns whom it is about."""

import json
from typing import Any

import pytest
from factories import make_certificate, make_checklist_version, make_visit, observation_body
from sqlalchemy import update

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.extensions import db
from fieldapp.filing.models import Receipt
from fieldapp.observations.models import ObservationRevision


@pytest.fixture
def filed(signed_in: Any, county: Any) -> tuple[str, dict[str, Any]]:
    """(id, receipt) of a record that 张三 has submitted."""
    visit, version, record = make_visit(group=county.first_group), make_checklist_version(), ids.mint()
    answer = signed_in(county.zhang_san).api_put(f"/api/v1/observations/{record}", observation_body(visit, version))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return record, answer.json["receipt"]


def tamper(table: Any, where: Any, **values: Any) -> None:
    """What an insider with the database's password could do: past every trigger and every rule of the application."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table.__tablename__}_no_update")
        connection.execute(update(table).where(where).values(**values))


def test_a_record_that_stands_is_said_to_stand(client: Any, filed: Any) -> None:
    record, receipt = filed

    page = client.get(f"/verify/receipt/{record}").get_data(as_text=True)

    assert "自提交以来未被改动" in page
    assert "待审核" in page
    assert receipt["digest"] in page


def test_the_check_shows_nothing_personal(client: Any, filed: Any) -> None:
    pages = client.get(f"/verify/receipt/{filed[0]}").get_data(as_text=True)
    pages += client.post("/verify/receipt", data={"receipt": json.dumps(filed[1])}).get_data(as_text=True)

    for word in ("张三", "zhangsan", "某某五金厂", "000-0000-0001", "陈一", "柳湾镇", "应急检", "31.38"):
        assert word not in pages


def test_a_record_changed_in_the_database_is_found_out(client: Any, filed: Any) -> None:
    record, _ = filed
    body = db.session.get(ObservationRevision, (record, 1)).body
    tamper(ObservationRevision, ObservationRevision.observation_id == record, body=body.replace("yes", "no", 1))

    page = client.get(f"/verify/receipt/{record}").get_data(as_text=True)

    assert "核验不通过" in page
    assert "摘要不一致" in page


def test_a_receipt_changed_in_the_database_is_found_out(client: Any, filed: Any) -> None:
    record, _ = filed
    tamper(Receipt, Receipt.subject_id == record, digest="0" * 64)

    page = client.get(f"/verify/receipt/{record}").get_data(as_text=True)

    assert "数字签名不符" in page


def test_an_audit_entry_changed_in_the_database_is_found_out(client: Any, filed: Any) -> None:
    record, receipt = filed
    tamper(AuditEntry, AuditEntry.sequence == receipt["sequence"], actor_id=ids.mint())

    page = client.get(f"/verify/receipt/{record}").get_data(as_text=True)

    assert "审计链在此处断开" in page


def test_an_older_revision_stands_but_is_not_the_newest(client: Any, signed_in: Any, county: Any) -> None:
    visit, version, record = make_visit(group=county.first_group), make_checklist_version(), ids.mint()
    author = signed_in(county.zhang_san)
    for revision, state in ((1, "draft"), (2, "submitted")):
        body = observation_body(visit, version, revision=revision, state=state)
        assert author.api_put(f"/api/v1/observations/{record}", body).status_code == 200

    older = client.get(f"/verify/receipt/{record}?revision=1").get_data(as_text=True)
    newest = client.get(f"/verify/receipt/{record}").get_data(as_text=True)

    assert "未被改动，但不是最新版" in older
    assert "自提交以来未被改动" in newest


NEVER_FILED = "0191aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"


@pytest.mark.parametrize(
    "path", [f"/verify/receipt/{NEVER_FILED}", "/verify/receipt/not-an-id", "/verify/receipt/1%00"]
)
def test_a_receipt_that_never_was_is_not_found(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_revision_that_never_was_is_not_found(client: Any, filed: Any) -> None:
    assert client.get(f"/verify/receipt/{filed[0]}?revision=7").status_code == 404


def test_a_pasted_receipt_is_proved_genuine(client: Any, filed: Any) -> None:
    for text in (json.dumps(filed[1]), json.dumps({"receipt": filed[1], "have_evidence": []})):
        answer = client.post("/verify/receipt", data={"receipt": text})

        assert answer.status_code == 200
        assert "回执真实，内容未被改动" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "0" * 64},
        {"received_at": "2020-01-01T00:00:00.000000Z"},
        {"revision": 2},
        {"key_id": "x"},
        {"sequence": 9},
    ],
)
def test_a_pasted_receipt_with_one_field_changed_is_forged(client: Any, filed: Any, change: dict[str, Any]) -> None:
    answer = client.post("/verify/receipt", data={"receipt": json.dumps(filed[1] | change)})

    assert "回执不真实" in answer.get_data(as_text=True)


def test_a_genuine_receipt_betrays_a_server_that_has_lost_the_record(client: Any, filed: Any) -> None:
    tamper(Receipt, Receipt.subject_id == filed[0], subject_id=ids.mint())

    answer = client.post("/verify/receipt", data={"receipt": json.dumps(filed[1])})

    assert "服务器上没有了" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "{}",
        "[]",
        "null",
        "1e999",
        "[" * 3999,
        '{"id": 1}',
        "x" * 100_000,
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_anything_else_that_is_pasted_is_refused_in_words(client: Any, text: Any) -> None:
    answer = client.post("/verify/receipt", data={"receipt": text})

    assert answer.status_code == 422
    assert "不是一份完整的回执" in answer.get_data(as_text=True)


def test_odd_values_inside_a_receipt_are_refused_or_forged_but_never_an_error(client: Any, filed: Any) -> None:
    for change in (
        {"revision": 2**70},
        {"revision": True},
        {"revision": -1},
        {"id": "a\x00b"},
        {"kind": {}},
        {"id": "𠮷"},
    ):
        answer = client.post("/verify/receipt", data={"receipt": json.dumps(filed[1] | change)})

        assert answer.status_code == 422


def test_the_box_to_paste_into_is_open_to_everybody(client: Any) -> None:
    assert "粘贴回执核验" in client.get("/verify/").get_data(as_text=True)


def test_a_valid_certificate_names_its_holder_and_until_when(client: Any, county: Any) -> None:
    certificate = make_certificate(county.zhang_san)

    page = client.get(f"/verify/certificate/{certificate.verify_code}").get_data(as_text=True)

    assert "证件有效" in page
    assert "张三" in page
    assert str(certificate.valid_until) in page


@pytest.mark.parametrize("state", ["suspended", "revoked"])
def test_a_certificate_that_was_taken_away_is_invalid(client: Any, county: Any, state: str) -> None:
    certificate = make_certificate(county.zhang_san, state=state)

    assert "证件无效" in client.get(f"/verify/certificate/{certificate.verify_code}").get_data(as_text=True)


def test_an_expired_certificate_is_invalid(client: Any, county: Any) -> None:
    certificate = make_certificate(county.zhang_san, valid_until=now().date().replace(year=now().year - 1))

    assert "证件无效" in client.get(f"/verify/certificate/{certificate.verify_code}").get_data(as_text=True)


@pytest.mark.parametrize("code", ["nobody", "x" * 300, "𠮷"])
def test_a_code_that_nobody_issued_is_no_certificate(client: Any, code: str) -> None:
    answer = client.get(f"/verify/certificate/{code}")

    assert answer.status_code == 404
    assert "没有这张证件" in answer.get_data(as_text=True)


@pytest.mark.parametrize("spell", ["{}。", " {} ", "{}\u200b", "编号：{}，请核对", "{}）"])
def test_a_receipts_number_is_read_with_what_a_paste_brings_along(client: Any, filed: Any, spell: str) -> None:
    for number in (filed[0], filed[0].upper()):
        assert client.get(f"/verify/receipt/{spell.format(number)}").status_code == 200


@pytest.mark.parametrize("spell", [
    "\ufeff{}", "回执：{}。", "\u200b{}\n", "「{}」",
])  # fmt: skip
def test_a_receipt_is_read_with_what_a_message_puts_around_it(client: Any, filed: Any, spell: str) -> None:
    plain = json.dumps(filed[1])
    for text in (plain, plain.replace(" ", "\u00a0"), plain.replace('"', "”"), plain.replace(":", ":\u2060")):
        answer = client.post("/verify/receipt", data={"receipt": spell.format(text)})
        assert "回执真实，内容未被改动" in answer.get_data(as_text=True)


@pytest.mark.parametrize("spell", ["{}。", "{}\u200b", " {}", "“{}”", "证件码：{}"])
def test_a_certificates_code_is_read_with_what_a_paste_brings_along(client: Any, county: Any, spell: str) -> None:
    code = make_certificate(county.zhang_san).verify_code

    assert "证件有效" in client.get(f"/verify/certificate/{spell.format(code)}").get_data(as_text=True)
    assert client.get(f"/verify/certificate/{code.swapcase()}").status_code == 404


@pytest.mark.parametrize("path", ["/verify/receipt/x", "/verify/nothing", "/verify/receipt/中文"])
def test_a_wrong_address_of_the_check_leads_strangers_back_to_the_check(client: Any, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert 'href="/verify/"' in answer.get_data(as_text=True)
