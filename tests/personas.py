"""The people of 云川市, by name: what each may see and do is known to every test. All of them are invented.

| attribute | who |
| --- | --- |
| zhang_san | 监督员, 司法局; in the first group (柳湾镇) |
| li_si | 监督员, 人大代表; in the first group: two records of one visit are possible |
| wang_wu | 监督员, 政协委员; in the second group (石桥镇) |
| zhao_liu | 监督员, 检察院; in the second group |
| qian | 组长 of the first group; sees 柳湾镇 |
| sun | 组长 of the second group; sees 石桥镇, nothing of 柳湾镇 |
| zhou | 组长 of the bureau: sees the whole county |
| wu | 系统管理员 and 安全管理员: what a small county has |
| zheng | 行政执法机关联络员 of 云川市应急管理局 |
| feng | 监督员 whose account is disabled |
| chen | 监督员 in no group: must see nothing of anybody |

Everybody who goes along holds a certificate, those of the bureau an 行政执法监督证, who is invited a 特邀监督员证.
feng and chen hold none.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from factories import make_certificate, make_group, make_organisation, make_user
from sqlalchemy import insert, select

from fieldapp.clock import now
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import Certificate, GroupMember, Organisation, User, WorkingGroup


@dataclass(frozen=True)
class County:
    """云川市 with two 区镇, one group in each, and everybody in the table above."""

    bureau: Any
    liuwan: Any
    shiqiao: Any
    work_safety_agency: Any
    environment_agency: Any
    first_group: Any
    second_group: Any
    zhang_san: Any
    li_si: Any
    wang_wu: Any
    zhao_liu: Any
    qian: Any
    sun: Any
    zhou: Any
    wu: Any
    zheng: Any
    feng: Any
    chen: Any


class KeptCounty:
    """The rows of a county that was made row by row: the next test gets the same ones in one go."""

    def __init__(self, session: Any, county: County) -> None:
        self.made_at = now()
        self.ids = {name: row.id for name, row in vars(county).items()}
        tables = [model.__table__ for model in (*READ_BY_TESTS, GroupMember, Certificate)]
        self.rows = [(table, [dict(row) for row in session.execute(select(table)).mappings()]) for table in tables]

    def is_of_now(self) -> bool:
        """Whether one made at this moment would say the same: its days, and moments that have just passed."""
        moment = now()
        return self.made_at <= moment < self.made_at + timedelta(hours=1) and self.made_at.date() == moment.date()

    def put(self, session: Any) -> County:
        """Everybody, in a database that has none of them."""
        for table, rows in self.rows:
            session.execute(insert(table), rows)
        found = {row.id: row for model in READ_BY_TESTS for row in session.scalars(select(model))}
        return County(**{name: found[row_id] for name, row_id in self.ids.items()})


READ_BY_TESTS = Organisation, User, WorkingGroup
KEPT: list[KeptCounty] = []


def make_county() -> County:
    """Everybody, stored."""
    with unit_of_work() as session:  # one commit for all of them
        if KEPT and KEPT[-1].is_of_now():
            return KEPT[-1].put(session)
        is_first = session.scalar(select(Organisation.id).limit(1)) is None
        county = _county()
        if is_first:
            KEPT.append(KeptCounty(session, county))
        return county


def _county() -> County:
    county = make_organisation("云川市", kind="county")
    bureau = make_organisation("云川市司法局", kind="justice_bureau", parent=county)
    congress = make_organisation("云川市人大常委会", kind="congress", parent=county)
    cppcc = make_organisation("政协云川市委员会", kind="cppcc", parent=county)
    procuratorate = make_organisation("云川市人民检察院", kind="procuratorate", parent=county)
    liuwan = make_organisation("柳湾镇", kind="locality", parent=county)
    shiqiao = make_organisation("石桥镇", kind="locality", parent=county)
    work_safety = make_organisation("云川市应急管理局", domains=["work_safety"], parent=county)
    environment = make_organisation("云川市生态环境局", domains=["eco_environment"], parent=county)

    people = {
        "zhang_san": make_user("张三", username="zhangsan", organisation=bureau),
        "li_si": make_user("李四", username="lisi", organisation=congress, origin="congress"),
        "wang_wu": make_user("王五", username="wangwu", organisation=cppcc, origin="cppcc"),
        "zhao_liu": make_user("赵六", username="zhaoliu", organisation=procuratorate, origin="procuratorate"),
        "qian": make_user("钱组长", username="qian", role="lead", organisation=bureau, locality=liuwan),
        "sun": make_user("孙组长", username="sun", role="lead", organisation=bureau, locality=shiqiao),
        "zhou": make_user("周局长", username="zhou", role="lead", organisation=bureau),
        "wu": make_user("吴管理员", username="wu", role="system security", organisation=bureau),
        "zheng": make_user("郑联络员", username="zheng", role="liaison", organisation=work_safety, origin=None),
        "feng": make_user("冯停用", username="feng", organisation=bureau, disabled=True),
        "chen": make_user("陈旁观", username="chen", organisation=bureau),
    }
    for name in ("zhang_san", "li_si", "wang_wu", "zhao_liu", "qian", "sun", "zhou"):
        holder = people[name]
        make_certificate(
            holder,
            kind="inspector" if holder.origin == "justice_bureau" else "invited",
            valid_until=now().date() + timedelta(days=100),  # so that what a test issues for them runs longer
        )
    first = make_group(people["qian"], [people["zhang_san"], people["li_si"]], name="柳湾镇联合监督组", locality=liuwan)
    second = make_group(
        people["sun"], [people["wang_wu"], people["zhao_liu"]], name="石桥镇联合监督组", locality=shiqiao
    )
    return County(
        bureau=bureau,
        liuwan=liuwan,
        shiqiao=shiqiao,
        work_safety_agency=work_safety,
        environment_agency=environment,
        first_group=first,
        second_group=second,
        **people,
    )
