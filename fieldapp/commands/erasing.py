"""`flask records erase-person …`: the right to erasure, carried out by hand and remembered with who and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from fieldapp.errors import FieldappError
from fieldapp.evidence import erasing
from fieldapp.evidence import queries as evidence
from fieldapp.filing import kinds, persons, records
from fieldapp.filing.erasures import ERASED, GROUNDS
from fieldapp.keeping.retention import leave_files
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.ratings import operations as ratings
from fieldapp.ratings import queries as rated

KINDS = {
    **{kind.name: f"{kind.words}的{kind.person_words}" for kind in kinds.every() if kind.person_field},
    "rating": "评价人",
    "opinion": "提意见人",
}
_ALSO = {"record": "observation", "评价": "rating", "意见": "opinion"}
_ALSO |= {kind.words: kind.name for kind in kinds.every() if kind.person_field}


@dataclass(frozen=True)
class Wanted:
    """Whom to erase. `count`: how many sealed copies there still are. `erase`: does it. `remarks`: what stays."""

    words: str
    count: int
    erase: Callable[[User | None, str], object]
    remarks: tuple[str, ...] = ()


@click.command(
    "erase-person",
    help="依法删除一个人的信息：销毁其密钥，姓名和联系方式从此无人能读；记录、摘要、回执、审计链不变。"
    f"KIND：{'、'.join(f'{name}（{words}）' for name, words in KINDS.items())}。"
    "ID：id、系统编号或查询码。",
)
@click.argument("kind", type=click.Choice([*KINDS, *_ALSO]))
@click.argument("identity", metavar="ID")
@click.option("--reason", required=True, help="理由，如“本人书面申请，2026-11-29 收”；审计链记它的摘要")
@click.option("--as", "username", help="由哪个管理员删除（记入审计链）；不写则记为命令行")
@click.option("--dry-run", is_flag=True, help="只说会删什么")
@click.option("--yes", is_flag=True, help="不再询问")
def erase_person(kind: str, identity: str, reason: str, username: str | None, dry_run: bool, yes: bool) -> None:
    """Says what goes and what stays, asks, erases, and makes it leave the database's files."""
    try:
        actor = people.find_by_username(username) if username else None
        wanted = _find(_ALSO.get(kind, kind), identity.strip())
        click.echo(f"{wanted.words}：{wanted.count} 份。")
        for remark in wanted.remarks:
            click.echo(remark)
        if not wanted.count:
            click.echo("没有可删除的：没有记过，或早已删除。")
            return
        if dry_run:
            click.echo("这是预演，什么都没有删除。")
            return
        if not yes:
            click.confirm("删除后不能恢复。继续？", abort=True)
        wanted.erase(actor, reason)
    except FieldappError as error:
        raise click.ClickException("；".join([error.title, *(fault.detail for fault in error.faults)])) from error
    click.echo(f"已删除 {wanted.count} 份。{leave_files()}")
    click.echo("以前做的备份里还有；从那样的备份恢复以后，要再删除一次。理由的原文请存入案卷，审计链里是它的摘要。")


SEALED = {kind.name: kind.words for kind in kinds.every() if kind.is_sealed}
ON_DEMAND = [ground for ground in GROUNDS if ground != "term"]


@click.command(
    "erase",
    help="依法删除一份访谈或座谈：全部版次的文字、其中的人、照片、录音和签名；也用于草稿和已作废的。只留编号、摘要、回执和"
    f"审计链。KIND：{'、'.join(f'{name}（{words}）' for name, words in SEALED.items())}。",
)
@click.argument("kind", type=click.Choice(list(SEALED)))
@click.argument("identity", metavar="ID")
@click.option(
    "--ground",
    type=click.Choice(ON_DEMAND),
    required=True,
    help="依据：" + "、".join(f"{ground}（{GROUNDS[ground]}）" for ground in ON_DEMAND),
)
@click.option("--reason", required=True, help="理由，如“本人书面申请，2026-11-29 收”；审计链记它的摘要")
@click.option("--yes", is_flag=True, help="不再询问")
def erase_record(kind: str, identity: str, ground: str, reason: str, yes: bool) -> None:
    """Says what goes, asks, erases, and makes it leave the files."""
    of_kind = kinds.of(kind)
    found = records.find_by_number(of_kind, identity.strip())
    if found is None or found.state == ERASED:
        raise click.ClickException(f"没有 {identity} 这份{of_kind.words}，或早已删除。")
    if not yes:
        click.confirm(f"{of_kind.words} {found.id} 的全部内容和原件将删除，不能恢复。继续？", abort=True)
    try:
        files = erasing.erase_record(None, of_kind, found.id, ground=ground, reason=reason)
    except FieldappError as error:
        raise click.ClickException("；".join([error.title, *(fault.detail for fault in error.faults)])) from error
    click.echo(f"已删除：全部文字，原件 {files} 件。{leave_files()}")
    click.echo("以前做的备份里还有；从那样的备份恢复以后，要再删除一次。理由的原文请存入案卷，审计链里是它的摘要。")


def _find(kind: str, identity: str) -> Wanted:
    """Raises ClickException for what is not there."""
    if kind in ("rating", "opinion"):
        owner = rated.called(identity) if kind == "rating" else rated.opinion_called(identity)
        if owner is None:
            raise click.ClickException(f"没有 {identity} 这条评价或意见。")
        return Wanted(
            f"{KINDS[kind]}的姓名电话",
            int(owner.has_contact),
            lambda actor, reason: ratings.erase_contact_on_request(actor, owner, reason=reason),
        )
    of_kind = kinds.of(kind)
    found = records.find_by_number(of_kind, identity)
    if found is None:
        raise click.ClickException(f"没有 {identity} 这份{of_kind.words}。")
    return Wanted(
        KINDS[kind],
        persons.count_sealed(found.id),
        lambda actor, reason: persons.erase(actor, found.id, reason=reason),
        tuple(_remarks(kind, found)),
    )


def _remarks(kind: str, found: Any) -> list[str]:
    """What erasing does not reach, said beforehand."""
    files = len(evidence.of_owner(kind, found.id, author_id=found.author_id))
    said = ["写在问答、意见和说明里的文字不在其内。"]
    if files:
        said.append(f"照片、录音、签名等原件 {files} 件不在其内，原件按证据保存。")
    if found.state in ("draft", "returned"):
        said.append("这一份还在填写：监督员的手机若再次提交当事人信息，会重新存入，请先通知本人。")
    return said
