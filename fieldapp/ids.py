"""UUIDv7: identifiers that sort by the time they were made. Source: RFC 9562 §5.7."""

import re
import secrets
import time

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def mint() -> str:
    """A new UUIDv7 as 36 lower-case characters."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = secrets.randbits(74)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (random_bits >> 62) << 64 | 0b10 << 62
    value |= random_bits & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_uuid(text: object) -> bool:
    """Whether `text` is a UUID in its canonical lower-case form. Phones mint version 7; other versions are accepted."""
    return isinstance(text, str) and _UUID.fullmatch(text) is not None
