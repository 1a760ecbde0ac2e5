"""Receipts by the API: open to everyone who knows the id."""

from factories import make_checklist_version, make_visit, observation_body

from fieldapp import ids


def test_anyone_may_fetch_the_newest_receipt_by_its_id(county, signed_in, client):
    visit, version, record = make_visit(group=county.first_group), make_checklist_version(), ids.mint()
    phone = signed_in(county.zhang_san)
    phone.api_put(f"/api/v1/observations/{record}", observation_body(visit, version, state="draft"))
    filed = phone.api_put(f"/api/v1/observations/{record}", observation_body(visit, version, revision=2)).json

    answer = client.api_get(f"/api/v1/receipts/{record}")

    assert answer.status_code == 200
    assert answer.json == filed["receipt"]


def test_what_was_never_received_has_no_receipt(app, client):
    assert client.api_get(f"/api/v1/receipts/{ids.mint()}").status_code == 404
    assert client.api_get("/api/v1/receipts/nonsense").status_code == 422
    assert client.api_get("/api/v1/receipts/%00").status_code == 422
