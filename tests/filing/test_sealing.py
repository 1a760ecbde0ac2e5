"""Personal data: sealed apart, erasable, and its commitment hard to guess."""

from pathlib import Path

from fieldapp.filing import sealing

PERSON = {"kind": "citizen", "name": "张三𠮷", "contact": "000-0000-0001", "salt": "0" * 32}


def test_a_sealed_person_comes_back_whole(tmp_path: Path):
    sealed, key = sealing.seal(PERSON, tmp_path)

    assert sealing.unseal(sealed, key, tmp_path) == PERSON
    assert "张三".encode() not in sealed
    assert b"000-0000-0001" not in sealed


def test_without_its_key_a_person_is_gone(tmp_path: Path):
    sealed, key = sealing.seal(PERSON, tmp_path)
    _, other_key = sealing.seal(PERSON, tmp_path)

    assert sealing.unseal(sealed, None, tmp_path) is None
    assert sealing.unseal(sealed, other_key, tmp_path) is None


def test_a_copy_of_the_database_alone_opens_nobody(tmp_path: Path):
    sealed, key = sealing.seal(PERSON, tmp_path / "here")

    assert sealing.unseal(sealed, key, tmp_path / "elsewhere") is None


def test_an_altered_person_is_not_shown(tmp_path: Path):
    sealed, key = sealing.seal(PERSON, tmp_path)
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])

    assert sealing.unseal(altered, key, tmp_path) is None


def test_the_same_person_sealed_twice_looks_different(tmp_path: Path):
    assert sealing.seal(PERSON, tmp_path)[0] != sealing.seal(PERSON, tmp_path)[0]


def test_the_salt_is_part_of_the_commitment():
    assert sealing.commitment(PERSON) != sealing.commitment(PERSON | {"salt": "1" * 32})
    assert sealing.commitment(PERSON) == sealing.commitment(dict(reversed(PERSON.items())))


def test_the_key_on_disk_fits_what_it_has_wrapped_and_nothing_else(tmp_path: Path):
    _, key = sealing.seal(PERSON, tmp_path)
    file = tmp_path / "keys" / "seal-key"
    kept = file.read_text()

    assert sealing.fits(key, tmp_path) is True
    assert sealing.fits(key[:-1] + bytes([key[-1] ^ 1]), tmp_path) is False
    assert sealing.fits(b"", tmp_path) is False
    file.write_text("another-secret-of-somebody-else-0000000000000000")
    assert sealing.fits(key, tmp_path) is False, "it looks at the file, not at what it remembers"
    file.write_text(f"\n{kept}\n")
    assert sealing.fits(key, tmp_path) is True
    file.unlink()
    assert sealing.fits(key, tmp_path) is False
