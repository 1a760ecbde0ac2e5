"""`flask backup …`: everything into one folder, is a backup good, and back again."""

from pathlib import Path

import click

from fieldapp.commands.spoken import SpokenGroup
from fieldapp.errors import FieldappError
from fieldapp.keeping import backup as keeping
from fieldapp.keeping.verification import verify

backup = SpokenGroup("backup", help="备份：数据库、证据原件、密钥一起备份，核对备份，恢复到空实例。")


@backup.command("create", help="备份到一个新目录（服务不必停）。目录里有密钥和个人信息，请放在加密的磁盘上并异地保存。")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def create(folder: Path) -> None:
    """Makes a backup, and says what to write down elsewhere."""
    try:
        made = keeping.create(folder)
    except FieldappError as error:
        raise click.ClickException(error.title) from error
    click.echo(
        f"已备份到 {made.folder}：{made.files} 个文件，{made.length_bytes / 1e6:.1f} MB，审计链到第 {made.head} 条。"
    )
    click.echo(f"清单 SHA-256（请记在别处）：{made.digest}")


@backup.command("verify", help="核对备份：每个文件的 SHA-256，数据库能否读出。有一处不对，退出码 1。")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Reads every byte of a backup."""
    faults = keeping.faults_of(folder)
    for fault in faults[:20]:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"备份不完整：{len(faults)} 处不对，不能用来恢复。")
    click.echo("备份完整：每个文件都与清单一致，数据库可读。")


@backup.command("restore", help="把备份恢复到空的实例（FIELDAPP_INSTANCE、FIELDAPP_DATABASE_URL 所指），然后全面核对。")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Restores into an empty instance and looks whether everything stands."""
    try:
        head = keeping.restore(folder)
    except FieldappError as error:
        raise click.ClickException(error.title) from error
    verdict = verify(with_files=True)
    click.echo(f"已恢复：审计链到第 {head} 条，回执 {verdict.records} 份。")
    for finding in verdict.findings[:20]:
        click.echo(f"第 {finding.sequence or '—'} 条：{finding.words}", err=True)
    if verdict.findings:
        raise click.ClickException(f"恢复后核对有 {len(verdict.findings)} 处不符，见上。")
    click.echo("核对完整：审计链、回执、每版内容、每个原件都一致。")
    click.echo(
        "请用保存在别处的链首再核对一次（audit verify --heads 目录）；比备份更新的记录，手机会在下次同步时补交。"
    )
