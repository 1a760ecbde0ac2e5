"""A certificate shown on a phone: its code counts for some minutes, and ends with phone, person and certificate."""

import io
from datetime import timedelta

import pytest
import time_machine
from factories import make_photo
from PIL import Image

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.filing import devices
from fieldapp.people import accounts, certificates, live_codes, portraits, queries

FRESH, TOO_LATE = timedelta(seconds=30), timedelta(minutes=3)


@pytest.fixture
def card(county):
    return queries.certificate_of(county.zhang_san)


@pytest.fixture
def shown(county, signed_in, card):
    """shown(): the address that 张三's phone shows now, as it is made from what a heartbeat brings; `shown.device`."""
    phone, device = signed_in(county.zhang_san), ids.mint()
    key = phone.api_put(f"/api/v1/devices/{device}", {"unsent_records": 0}).json["certificate"]
    assert key["code"] == card.verify_code

    def shown(secret=key["secret"]):
        minute = live_codes.minute_at(now())
        code = live_codes.code_of(secret, minute)
        return f"/verify/certificate/{key['code']}?d={device}&m={minute}&c={code}"

    shown.device = device
    return shown


def words_of(answer):
    return answer.get_data(as_text=True)


def test_a_code_that_is_shown_counts_and_says_until_when(client, shown, card):
    portraits.keep(None, card.id, make_photo(40, 50))
    address, at = shown(), now()

    with time_machine.travel(at + FRESH, tick=True):
        page = client.get(address)
        picture = client.get(address.replace("?", "/portrait?"))

    assert page.status_code == 200
    assert "证件有效" in words_of(page)
    assert "张三" in words_of(page)
    assert "前有效，过后请重新扫码" in words_of(page)
    assert 'http-equiv="refresh"' in words_of(page), "the page itself ends with its code"
    assert "/portrait?" in words_of(page)
    assert (picture.content_type, picture.headers["Cache-Control"]) == ("image/jpeg", "no-store")


def test_a_replay_three_minutes_later_is_asked_to_refresh_and_shows_nobody(client, shown, card):
    portraits.keep(None, card.id, make_photo(40, 50))
    address, at = shown(), now()

    with time_machine.travel(at + TOO_LATE, tick=True):
        page = words_of(client.get(address))
        picture = client.get(address.replace("?", "/portrait?"))
        assert "证件有效" in words_of(client.get(shown())), "the phone's next code counts"

    assert "请刷新" in page
    assert "证件无效" not in page
    assert "张三" not in page
    assert picture.status_code == 404


def test_a_code_that_was_made_up_is_invalid(client, shown):
    other = live_codes.secret_of("guessed", certificate_id="x", device_id="y")

    pages = [words_of(client.get(address)) for address in (
        shown(other), shown() + "0", shown().replace("m=", "m=9"), shown().replace("d=", "d=x"), shown()[:-30],
    )]  # fmt: skip
    for page in pages:
        assert "证件无效" in page
        assert "张三" not in page


@pytest.mark.parametrize("what", ["device", "certificate", "person"])
def test_phone_certificate_and_person_end_it_at_once(client, county, shown, card, what):
    portraits.keep(None, card.id, make_photo(40, 50))
    address = shown()
    assert "证件有效" in words_of(client.get(address))

    if what == "device":
        devices.revoke(county.wu, shown.device)
    elif what == "certificate":
        certificates.change_state(county.wu, card.id, state="suspended", reason="调查")
    else:
        accounts.disable_user(county.wu, county.zhang_san.id, reason="离岗")

    assert "证件无效" in words_of(client.get(address))
    assert client.get(address.replace("?", "/portrait?")).status_code == 404


def test_a_printed_code_goes_on_saying_whether_the_certificate_is_valid_without_a_portrait(client, card):
    portraits.keep(None, card.id, make_photo(40, 50))

    page = words_of(client.get(f"/verify/certificate/{card.verify_code}"))

    assert "证件有效" in page
    assert "固定码" in page
    assert "portrait" not in page
    assert client.get(f"/verify/certificate/{card.verify_code}/portrait").status_code == 404


def test_who_has_no_certificate_gets_no_secret_and_each_phone_gets_its_own(county, signed_in, card):
    def key(user, device):
        return signed_in(user).api_put(f"/api/v1/devices/{device}", {"unsent_records": 0}).json["certificate"]

    assert key(county.zheng, ids.mint()) is None
    device = ids.mint()
    assert key(county.zhang_san, device) == key(county.zhang_san, device) != key(county.zhang_san, ids.mint())


def test_a_portrait_is_uploaded_at_the_desk_and_made_anew(county, signed_in, card):
    desk, place = signed_in(county.wu), f"/admin/certificates/{card.id}"
    picture = make_photo(1200, 1600)

    def upload(content):
        return desk.post_form(f"{place}/portrait", {"file": (io.BytesIO(content), "a.jpg")}, follow_redirects=True)

    assert "打不开这张照片" in words_of(upload(b"not a picture"))
    assert "没有选择照片" in words_of(upload(b""))
    assert "照片已保存" in words_of(upload(picture))
    kept = desk.get(f"{place}/portrait").data
    assert max(Image.open(io.BytesIO(kept)).size) == 480
    assert b"Exif" not in kept

    assert "照片已删除" in words_of(desk.post_form(f"{place}/portrait/removal", follow_redirects=True))
    assert desk.get(f"{place}/portrait").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stale_code_of_a_certificate_that_is_no_longer_in_force_says_so_and_asks_for_no_refresh(
    client, county, shown, card
):
    address, at = shown(), now()
    certificates.change_state(county.wu, card.id, state="revoked", reason="离岗")

    with time_machine.travel(at + TOO_LATE, tick=True):
        page = words_of(client.get(address))

    assert "证件无效" in page
    assert "注销" in page
    assert "请刷新" not in page
    assert "张三" not in page
