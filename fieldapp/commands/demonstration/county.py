"""The organisations of 云川市 and its contact points."""

from dataclasses import dataclass

from fieldapp.people import registers
from fieldapp.people.models import Organisation
from fieldapp.people.registers import ContactPointDraft, OrganisationDraft

LOCALITIES = (
    "柳湾镇", "石桥镇", "梅溪镇", "竹园镇", "荷塘镇", "云亭镇", "沙渚镇", "银杏镇", "双桥镇", "云川开发区", "滨湖新区",
)  # fmt: skip
AGENCIES = (
    ("云川市应急管理局", "市应急局", ("work_safety",)),
    ("云川市生态环境局", "市生态环境局", ("eco_environment",)),
    ("云川市城市管理局", "市城管局", ("urban_management",)),
    ("云川市渔政监督大队", "市渔政大队", ("yangtze_fishing_ban",)),
    ("云川市市场监督管理局", "市市场监管局", ("market_regulation",)),
    ("云川市交通运输局", "市交通局", ("transport",)),
    ("云川市农业农村局", "市农业农村局", ("agriculture", "yangtze_fishing_ban")),
)
LOCAL_AGENCIES = ("柳湾镇", "石桥镇", "云川开发区", "滨湖新区")
LOCAL_DOMAINS = ("urban_management", "work_safety", "eco_environment")
# 22 联系点: 10 企业, 7 村, 5 社区, spread over the 区镇.
CONTACT_POINTS = (
    ("云川甲一精密机械有限公司", "enterprise", "云川开发区"), ("云川乙二电子科技有限公司", "enterprise", "云川开发区"),
    ("云川丙三食品有限公司", "enterprise", "柳湾镇"), ("云川丁四物流有限公司", "enterprise", "滨湖新区"),
    ("云川戊五包装厂", "enterprise", "石桥镇"), ("云川己六化工有限公司", "enterprise", "沙渚镇"),
    ("云川庚七农贸市场", "enterprise", "梅溪镇"), ("云川辛八建材有限公司", "enterprise", "双桥镇"),
    ("云川壬九水产合作社", "enterprise", "荷塘镇"), ("云川癸十餐饮管理有限公司", "enterprise", "滨湖新区"),
    ("柳湾镇东湾村", "village", "柳湾镇"), ("石桥镇南桥村", "village", "石桥镇"), ("梅溪镇上溪村", "village", "梅溪镇"),
    ("竹园镇青竹村", "village", "竹园镇"), ("荷塘镇荷塘村", "village", "荷塘镇"), ("沙渚镇渔耕村", "village", "沙渚镇"),
    ("银杏镇古杏村", "village", "银杏镇"), ("柳湾镇柳岸社区", "community", "柳湾镇"),
    ("云亭镇云亭社区", "community", "云亭镇"), ("双桥镇双桥社区", "community", "双桥镇"),
    ("云川开发区创业社区", "community", "云川开发区"), ("滨湖新区湖畔社区", "community", "滨湖新区"),
)  # fmt: skip


@dataclass(frozen=True)
class County:
    """The organisations by name, and those with a part of their own."""

    by_name: dict[str, Organisation]

    def __getitem__(self, name: str) -> Organisation:
        return self.by_name[name]

    @property
    def bureau(self) -> Organisation:
        return self.by_name["云川市司法局"]


def found_county() -> County:
    """Every organisation and contact point, through the operations that an administrator would use."""
    made: dict[str, Organisation] = {}

    def add(kind: str, name: str, short_name: str = "", *, parent: str | None = "云川市", locality: str | None = None,
            domains: tuple[str, ...] = ()) -> None:  # fmt: skip
        draft = OrganisationDraft(
            kind=kind,
            name=name,
            short_name=short_name or name,
            parent_id=made[parent].id if parent else None,
            locality_id=made[locality].id if locality else None,
            domains=domains,
            position=len(made),
        )
        made[name] = registers.create_organisation(None, draft)

    add("county", "云川市", parent=None)
    add("justice_bureau", "云川市司法局", "市司法局")
    add("congress", "云川市人大常委会", "市人大")
    add("cppcc", "政协云川市委员会", "市政协")
    add("procuratorate", "云川市人民检察院", "市检察院")
    for name in LOCALITIES:
        add("locality", name)
    for name in LOCALITIES:
        add("justice_office", f"云川市司法局{name}司法所", f"{name}司法所", parent="云川市司法局", locality=name)
    for name, short_name, domains in AGENCIES:
        add("agency", name, short_name, domains=domains)
    for name in LOCAL_AGENCIES:
        add("agency", f"{name}综合执法局", "", parent=name, locality=name, domains=LOCAL_DOMAINS)
    for name, kind, locality in CONTACT_POINTS:
        address = f"云川市{locality}示例路{len(name)}号"
        registers.create_contact_point(None, ContactPointDraft(name, kind, made[locality].id, address))
    return County(made)
