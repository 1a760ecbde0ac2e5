"""Whether the keys that what is stored depends on lie where they belong. A key that is made anew in their place would
turn every receipt into a false one and every name into noise, without a word.
"""

from pathlib import Path

from sqlalchemy import LargeBinary, MetaData, inspect, select
from sqlalchemy.engine import Connection

from fieldapp.filing import keys, sealing
from fieldapp.filing.models import Receipt
from fieldapp.health import OK

_SAMPLE = 20  # wrapped keys tried of each table: one that somebody has spoilt alone says nothing about the seal key


def fault_at_start(connection: Connection, metadata: MetaData, instance: Path) -> str:
    """`ok`, or in one Chinese sentence which file to bring back from the backup. Reads every key id of the receipts."""
    return _fault(connection, metadata, instance, _key_ids(connection))


def fault_now(connection: Connection, metadata: MetaData, instance: Path) -> str:
    """The same for a server that runs: it looks at the newest receipt alone, and at what it has itself in memory."""
    if not _has_receipts(connection):
        return _fault(connection, metadata, instance, set())
    newest = select(Receipt.key_id).order_by(Receipt.sequence.desc()).limit(1)
    expected = set(connection.scalars(newest))
    try:
        expected |= set(keys.public_keys(instance)) if expected else set()
    except keys.BrokenKey as broken:
        return str(broken)
    return _fault(connection, metadata, instance, expected)


def fault_of_files(instance: Path) -> str:
    """`ok`, or which file in `keys/` is no key: what can be said without the database."""
    try:
        keys.ids_on_disk(instance)
    except keys.BrokenKey as broken:
        return str(broken)
    return OK


def open_all(instance: Path) -> None:
    """Makes the keys that a new instance has not yet, and reads them all once. Raises keys.BrokenKey."""
    keys.signing_key(instance)
    keys.public_keys(instance)
    sealing.make_ready(instance)


def _fault(connection: Connection, metadata: MetaData, instance: Path, expected: set[str]) -> str:
    folder = instance / "keys"
    try:
        missing = sorted(expected - keys.ids_on_disk(instance))
    except keys.BrokenKey as broken:
        return str(broken)
    if missing:
        return (
            f"已发出的回执由签名密钥 {'、'.join(missing)} 签发，{folder} 里没有这把密钥。"
            "请把备份里的 instance/keys/receipt-*.pem 拷回这个目录；不要另造新的。"
        )
    if not _seal_key_fits(connection, metadata, instance):
        return (
            f"已封存的姓名和电话要用 {folder / 'seal-key'} 才能解开，这个文件不在或不是原来的。"
            "请把备份里的 instance/keys/seal-key 拷回；不要另造新的。"
        )
    return OK


def _has_receipts(connection: Connection) -> bool:
    return inspect(connection).has_table(Receipt.__tablename__)


def _key_ids(connection: Connection) -> set[str]:
    if not _has_receipts(connection):
        return set()  # a database whose tables are still to be made
    return set(connection.scalars(select(Receipt.key_id).distinct()))


def _seal_key_fits(connection: Connection, metadata: MetaData, instance: Path) -> bool:
    """Whether the seal key opens what it has wrapped; also when nothing is sealed yet."""
    present = set(inspect(connection).get_table_names())
    wrapped: list[bytes] = []
    for table in metadata.tables.values():
        for column in table.columns:
            if column.info == sealing.WRAPPED and isinstance(column.type, LargeBinary) and table.name in present:
                wrapped += connection.scalars(select(column).where(column.is_not(None)).limit(_SAMPLE))
    return not wrapped or any(sealing.fits(one, instance) for one in wrapped)
