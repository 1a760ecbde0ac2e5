"""Passwords: hashing with Argon2id, and what may be chosen.

Source: OWASP Password Storage (Argon2id, 19 MiB, 2 passes); GB/T 22239-2019 8.1.4.1 (身份鉴别信息具有复杂度要求).
"""

import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldapp.folding import unmarked

MINIMUM_CHARACTERS = 12
MAXIMUM_CHARACTERS = 200
REMEMBERED_PASSWORDS = 5
DEMO_PASSWORD = "Demo-2026-accompany!"  # noqa: S105 public on purpose, refused unless the server runs as a demo

_UNSEEN = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
_ENDS = re.compile(rf"^{_UNSEEN}|{_UNSEEN}$")  # what a message or a table gives along with a copied password

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# What Chinese users, and those who guess, build passwords from; longer ones first, so that whole words are taken out.
_COMMON_TEXT = """
    password passw0rd p@ssword p@ssw0rd passwd admin administrator root guest test login welcome qwerty
    qwertyuiop asdfghjkl asdfgh zxcvbnm zxcvbn qazwsxedc qazwsx 1qaz2wsx 1q2w3e4r 1q2w3e woaini
    woaiwojia iloveyou 5201314 1314520 520520 zhongguo china beijing shanghai jiangsu suzhou kunshan
    zhejiang nanjing aini mima wodemima sifaju sifasuo zhengfu gongan jiancha jiandu zhifa xingzheng
    renda zhengxie huawei tencent alibaba baidu weixin wechat taobao letmein monkey dragon sunshine
    princess abc123 a123456 aa123456 qq123456 123qwe qwe123 110110 112233 121212 147258369 147258 159357
    168168 123321 654321 666666 888888 000000 111111 123123 abcdef abcd1234 changeme default secret user
    demo spring summer autumn winter
"""
_COMMON_WORDS = sorted(_COMMON_TEXT.split(), key=len, reverse=True)
_KEYBOARD_ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "!@#$%^&*()")
_LOOKALIKES = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_UNGUESSED_CHARACTERS = 6
_SPEAKABLE = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"  # nothing that looks like something else on paper


def hash_password(password: str) -> str:
    """The Argon2id hash to keep. Takes some 30 ms on purpose."""
    return _hasher.hash(_bytes_of(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind `password_hash`; with none (no such account) false after the same time."""
    kept = password_hash or _nobody()
    try:
        _hasher.verify(kept, _bytes_of(password[: MAXIMUM_CHARACTERS * 4]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def spelled(password: str, password_hash: str | None) -> str | None:
    """`password` as it was chosen: exactly as given, else without what a paste brings along at its ends, else in half
    width with plain dashes and no blanks, as one that is handed over once is made; None when none of these is the one
    behind `password_hash`, after the same time whether there is such an account.

    What is tried is the same password in other spellings, so nobody guesses faster, and the caller counts one attempt.
    """
    spellings = dict.fromkeys([password, _ENDS.sub("", password), unmarked(password)])
    return next((one for one in spellings if (one or not password) and matches(one, password_hash)), None)


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than those of today, so that a sign-in should renew it."""
    return _hasher.check_needs_rehash(password_hash)


def faults_of(password: str, *, username: str) -> list[str]:
    """What is wrong with a new password, each in one Chinese sentence; empty when it may be used.

    At least 12 characters, three of the four classes (大写、小写、数字、符号), without the user name, and not made of a
    common word with ornaments.
    """
    faults = []
    if len(password) < MINIMUM_CHARACTERS:
        faults.append(f"密码至少 {MINIMUM_CHARACTERS} 个字符。")
    if len(password) > MAXIMUM_CHARACTERS:
        faults.append(f"密码最多 {MAXIMUM_CHARACTERS} 个字符。")
    if _classes(password) < 3:
        faults.append("密码须含大写字母、小写字母、数字、符号中的至少三种。")
    if len(username) >= 3 and username.casefold() in password.casefold():
        faults.append("密码不能包含账号。")
    if password == DEMO_PASSWORD:
        faults.append("演示密码是公开的，不能使用。")
    elif _is_common(password):
        faults.append("密码太常见，容易被猜到。请不要用常用词、生日、键盘顺序或重复字符拼成。")
    return faults


def invent(*, username: str) -> str:
    """A random password that can be read aloud and typed, to be handed over once: four groups of four, some 90 bits."""
    while True:
        groups = ["".join(secrets.choice(_SPEAKABLE) for _ in range(4)) for _ in range(4)]
        password = "-".join(groups)
        if not faults_of(password, username=username):
            return password


def _bytes_of(password: str) -> bytes:
    """The same bytes however a keyboard composes its letters; half a surrogate pair, as JSON can carry, is no error."""
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _classes(password: str) -> int:
    kinds = (str.isupper, str.islower, str.isdigit, lambda character: not character.isalnum())
    others = any(character.isalpha() and not character.isupper() and not character.islower() for character in password)
    return sum(any(kind(character) for character in password) for kind in kinds) + others


def _is_common(password: str) -> bool:
    plain = password.casefold()
    return min(_left_over(plain), _left_over(plain.translate(_LOOKALIKES))) < _UNGUESSED_CHARACTERS


def _left_over(text: str) -> int:
    """How many characters remain once common words, dates, keyboard runs and repetitions are taken out."""
    for word in _COMMON_WORDS:
        text = text.replace(word, "")
    text = re.sub(r"(19|20)\d\d(0?[1-9]|1[0-2])?(0[1-9]|[12]\d|3[01])?", "", text)
    text = re.sub(r"1[3-9]\d{9}", "", text)
    for row in _KEYBOARD_ROWS:
        for direction in (row, row[::-1]):
            text = _without_runs(text, direction)
    text = re.sub(r"(.)\1+", r"\1", text)
    return len(re.sub(r"[\W_]+$", "", text)) if len(set(text)) > 2 else 0


def _without_runs(text: str, row: str) -> str:
    for length in range(len(row), 3, -1):
        for start in range(len(row) - length + 1):
            text = text.replace(row[start : start + length], "")
    return text
