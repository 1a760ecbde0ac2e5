"""The people of 云川市: demo accounts, 43 valid 行政执法监督证 and a few that are not, guests, working groups."""

from dataclasses import dataclass
from datetime import date, timedelta

from fieldapp.access import may
from fieldapp.commands.demonstration.county import AGENCIES, LOCALITIES, County
from fieldapp.people import accounts, certificates, groups, passwords
from fieldapp.people.accounts import Account
from fieldapp.people.certificates import CertificateDraft
from fieldapp.people.groups import GroupPlan
from fieldapp.people.models import Certificate, User, WorkingGroup

# (user name, name, roles, organisation, origin, 区镇); these can sign in with the demo password.
ACCOUNTS = (
    ("admin", "周八", "system security", "云川市司法局", "justice_bureau", None),
    ("bureau1", "汤九", "bureau", "云川市司法局", "justice_bureau", None),
    ("auditor1", "滕十", "auditor", "云川市司法局", None, None),
    ("lead1", "郑十", "lead", "云川市司法局", "justice_bureau", None),
    ("lead2", "吴九", "lead", "云川市司法局石桥镇司法所", "justice_office", "石桥镇"),
    ("supervisor1", "张三", "supervisor", "云川市司法局", "justice_bureau", None),
    ("supervisor2", "李四", "supervisor", "云川市人大常委会", "congress", None),
    ("supervisor3", "王五", "supervisor", "政协云川市委员会", "cppcc", None),
    ("supervisor4", "赵六", "supervisor", "云川市人民检察院", "procuratorate", None),
    ("legal1", "许一", "supervisor", "云川市生态环境局", "legal_unit", None),
    ("invited1", "殷二", "invited", "云川市人大常委会", "congress", None),
    ("agency1", "孙七", "liaison", "云川市应急管理局", None, None),
    ("agency2", "鲁癸", "liaison", "云川市生态环境局", None, None),
)
VALID_CERTIFICATES = 43
EXPIRED_CERTIFICATES = 2
SUSPENDED_CERTIFICATES = 1
MEMBERS, MORE_OF_JUSTICE = 39, 18
_SURNAMES = "冯陈褚卫蒋沈韩杨朱秦尤许何吕施孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass
class Staff:
    """Users by user name, working groups by name, and all certificates."""

    users: dict[str, User]
    groups: dict[str, WorkingGroup]
    certificates: list[Certificate]

    def __getitem__(self, username: str) -> User:
        return self.users[username]


def engage(county: County, today: date) -> Staff:
    """Everybody. Those without a demo account have a password that nobody knows until it is reset."""
    demo = passwords.hash_password(passwords.DEMO_PASSWORD)
    unknown = passwords.hash_password(passwords.invent(username=""))
    users: dict[str, User] = {}
    for username, name, roles, organisation, origin, locality in ACCOUNTS:
        locality_id = county[locality].id if locality else None
        account = Account(username, name, roles.split(), county[organisation].id, origin, locality_id)
        users[username] = accounts.add_user(None, account, hashed=demo, must_change=False)
    for account in _others(county):
        users[account.username] = accounts.add_user(None, account, hashed=unknown, must_change=True)
    return Staff(users, _groups(county, users), _certificates(users, today))


def _others(county: County) -> list[Account]:
    """39 members from every body, 18 more of the offices, one more lead, a liaison for each agency but the first."""
    bodies = [
        *((f"云川市司法局{name}司法所", "justice_office") for name in LOCALITIES),
        ("云川市人大常委会", "congress"),
        ("政协云川市委员会", "cppcc"),
        ("云川市人民检察院", "procuratorate"),
        ("云川市司法局", "justice_bureau"),
        *((name, "legal_unit") for name, _, _ in AGENCIES),
    ]
    names = [f"{surname}{_STEMS[place % 10]}" for place, surname in enumerate(_SURNAMES)]
    found = [Account("lead3", "钱二", ["lead"], county.bureau.id, "justice_bureau", county["云川开发区"].id)]
    for place in range(MEMBERS):
        organisation, origin = bodies[place % len(bodies)]
        found.append(Account(f"member{place + 1:02d}", names[place], ["supervisor"], county[organisation].id, origin))
    offices = [body for body in bodies if body[1] == "justice_office"]
    for place in range(MORE_OF_JUSTICE):
        organisation, origin = offices[place % len(offices)]
        name, username = f"{_SURNAMES[place]}{_STEMS[(place + 5) % 10]}", f"member{MEMBERS + place + 1:02d}"
        found.append(Account(username, name, ["supervisor"], county[organisation].id, origin))
    for place, (organisation, _, _) in enumerate(AGENCIES[2:], start=1):
        found.append(Account(f"agency{place + 2}", names[MEMBERS + place], ["liaison"], county[organisation].id))
    return found


def _groups(county: County, users: dict[str, User]) -> dict[str, WorkingGroup]:
    plans = (
        (
            "柳湾镇联合监督组",
            "lead1",
            ("supervisor1", "supervisor2", "supervisor3", "supervisor4", "invited1"),
            "柳湾镇",
        ),
        ("石桥镇联合监督组", "lead2", ("member02", "member12", "member13", "member14"), "石桥镇"),
        ("开发区涉企检查监督组", "lead3", ("supervisor2", "member10", "member15", "member30"), "云川开发区"),
        ("长江禁捕专项监督组", "lead1", ("supervisor1", "supervisor4", "member07", "member05", "legal1"), None),
        ("滨湖新区联合监督组", "lead3", ("member11", "member34", "member35"), "滨湖新区"),
    )
    made = {}
    for name, lead, members, locality in plans:
        plan = GroupPlan(
            name, users[lead].id, [users[member].id for member in members], county[locality].id if locality else None
        )
        made[name] = groups.create_group(None, plan)
    return made


def _certificates(users: dict[str, User], today: date) -> list[Certificate]:
    """An 行政执法监督证 for everybody of the bureau and its offices, a 特邀监督员证 for whoever is invited."""
    holders = [user for user in users.values() if may(user, "field.file")]
    of_justice = [user for user in holders if user.origin in ("justice_bureau", "justice_office")]
    invited = [user for user in holders if user not in of_justice]
    last_days = _last_days(today)
    made = [_issue("inspector", place, holder, last_days[place]) for place, holder in enumerate(of_justice)]
    for certificate in made[-SUSPENDED_CERTIFICATES:]:
        certificates.change_state(None, certificate.id, state="suspended", reason="持证人岗位调整，待重新培训考核")
    until = today + timedelta(days=500)
    return [*made, *(_issue("invited", place, holder, until) for place, holder in enumerate(invited))]


def _issue(kind: str, place: int, holder: User, valid_until: date) -> Certificate:
    series = "云执监证" if kind == "inspector" else "云特邀证"
    draft = CertificateDraft(
        number=f"{series} {place + 1:06d}",
        holder_name=holder.name,
        organisation_id=holder.organisation_id,
        issued_on=valid_until - timedelta(days=3 * 365),
        valid_until=valid_until,
        holder_id=holder.id,
        kind=kind,
    )
    return certificates.issue(None, draft)


def _last_days(today: date) -> list[date]:
    """43 valid ones, three of which end within 60 days; then two expired; then one that will be suspended."""
    valid = [today + timedelta(days=200 + 20 * place) for place in range(VALID_CERTIFICATES)]
    valid[20], valid[27], valid[33] = (today + timedelta(days=days) for days in (12, 33, 55))
    expired = [today - timedelta(days=days) for days in (9, 70)]
    return [*valid, *expired, today + timedelta(days=400)]
