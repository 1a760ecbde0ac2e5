"""What is chosen as a photo: refused at once in words when it is none, never shown as a torn picture when it is one."""

import io

import pillow_heif
import pytest
from factories import make_photo
from PIL import Image
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(200)
NO_PHOTOS = {
    "现场.jpg": (b"", "是空的（0 字节）"),
    "决定书.jpg": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(200), "不是照片，只收"),
    "录像.jpg": (MP4, "不是照片，只收"),
    "网页.jpg": (b"<!doctype html><title>404</title>" + bytes(200), "不是照片，只收"),
}
HEADS = {
    "image/jpeg": "ffd8ffe000104a464946", "image/png": "89504e470d0a1a0a0000000d",
    "image/webp": "524946460000000057454250", "image/heic": "000000186674797068656963",
    "": "1a45dfa39f4286810142f781",
}  # fmt: skip


def test_what_is_no_photo_is_refused_at_once_and_nothing_of_it_is_kept(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, (content, _) in NO_PHOTOS.items()]
    with recording.page.expect_file_chooser() as chooser:
        recording.tools("B01").locator("[data-action=album]").click()
    chooser.value.set_files([*files, {"name": "好的.jpg", "mimeType": "image/jpeg", "buffer": photo("现场")}])

    for name, (_, words) in NO_PHOTOS.items():
        recording.shows("#toasts", f"“{name}”{words}", "没有保存")
    expect(recording.item("B01").locator(".thumb")).to_have_count(1)
    assert [file["filename"] for file in recording.files(record_id)] == ["好的.jpg"]


def test_a_photo_that_this_browser_cannot_show_is_kept_and_said_in_words(recording: RecordingPhone) -> None:
    heic = heic_photo()
    record_id = recording.start_record()
    with recording.page.expect_file_chooser() as chooser:
        recording.tools("B01").locator("[data-action=album]").click()
    chooser.value.set_files([{"name": "IMG_0001.HEIC", "mimeType": "", "buffer": heic}])

    expect(recording.item("B01").locator(".thumb")).to_contain_text("本机浏览器不能预览")
    expect(recording.item("B01").locator(".thumb img")).to_be_hidden()
    assert [file["type"] for file in recording.files(record_id)] == ["image/heic"]
    recording.item("B01").locator(".thumb").click()
    recording.shows("dialog [data-part=watermark]", "HEIC 照片，本机浏览器不能预览，已保存")
    expect(recording.page.locator("dialog [data-part=picture]")).to_be_hidden()


def test_the_phone_knows_what_the_server_takes_by_its_first_bytes(recording: RecordingPhone) -> None:
    judge = """async (heads) => {
      const { kindOf } = await import('/static/js/field/parts/photo-taking.js');
      return heads.map((head) => kindOf(Uint8Array.from(head.match(/../g), (pair) => parseInt(pair, 16))));
    }"""

    assert recording.page.evaluate(judge, list(HEADS.values())) == list(HEADS)


def test_a_refusal_of_the_server_ends_with_one_stop(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.photograph("B01", photo("现场"))
    refuse = """async (id) => {
      const { listEvidence } = await import('/static/js/field/evidence/evidence.js');
      const { changeEvidence } = await import('/static/js/field/evidence/evidence.js');
      const [file] = await listEvidence(id);
      const refusal = { title: '照片已损坏。请重拍或重新选取。' };
      await changeEvidence(file.id, (kept) => Object.assign(kept, { state: 'refused', refusal }));
    }"""
    recording.page.evaluate(refuse, record_id)
    recording.open("record", record_id)

    recording.item("B01").locator(".thumb").click()

    said = recording.page.inner_text("dialog [data-part=refusal]")
    assert said == "这张照片未被接收：照片已损坏。请重拍或重新选取。原件还在本机。"


def heic_photo() -> bytes:
    """As an iPhone takes it."""
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(make_photo(640, 480)))).save(file, quality=60)
    return file.getvalue()
