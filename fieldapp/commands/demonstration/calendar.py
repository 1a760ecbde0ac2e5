"""When which group goes along with which agency: four weeks back, today, and next week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.clock import china

_LIUWAN, _SHIQIAO, _ZONE, _RIVER, _LAKE = (
    "柳湾镇联合监督组", "石桥镇联合监督组", "开发区涉企检查监督组", "长江禁捕专项监督组", "滨湖新区联合监督组",
)  # fmt: skip
_S1, _S2, _S3, _S4 = "supervisor1", "supervisor2", "supervisor3", "supervisor4"


@dataclass(frozen=True)
class Slot:
    """One visit. `authors`: who recorded it, and what became of that record (see work.Record). `talk`: who held the
    interview and how it went (see talks.Talk); none where chance decides.
    """

    starts_at: datetime
    group: str
    locality: str
    agency: str
    domain: str
    mode: str = "on_site"
    source: str = "routine"
    authors: tuple[tuple[str, str], ...] = ()
    talk: tuple[str, str] | None = None


# (days from today, hour, minute, group, 区镇, agency, domain, mode, source, authors)
_PAST = (
    (-29, 9, 0, _LIUWAN, "柳湾镇", "云川市应急管理局", "work_safety", "on_site", "routine",
     ((_S1, "approved"), (_S2, "approved"))),
    (-28, 14, 30, _SHIQIAO, "石桥镇", "石桥镇综合执法局", "urban_management", "on_site", "routine",
     (("member02", "approved"), ("member12", "approved"))),
    (-27, 9, 30, _ZONE, "云川开发区", "云川市生态环境局", "eco_environment", "on_site", "special",
     (("member10", "approved"), (_S2, "amended"))),
    (-26, 22, 0, _RIVER, "沙渚镇", "云川市渔政监督大队", "yangtze_fishing_ban", "on_site", "special",
     ((_S1, "approved"), (_S4, "approved"))),
    (-24, 10, 0, _LAKE, "滨湖新区", "云川市市场监督管理局", "market_regulation", "on_site", "routine",
     (("member11", "approved"),)),
    (-22, 9, 0, _LIUWAN, "柳湾镇", "柳湾镇综合执法局", "urban_management", "on_site", "routine",
     ((_S3, "approved"), (_S4, "amended"))),
    (-21, 14, 0, _LIUWAN, "柳湾镇", "云川市应急管理局", "work_safety", "case_file", "routine",
     ((_S4, "approved"),)),
    (-19, 9, 30, _SHIQIAO, "石桥镇", "云川市交通运输局", "transport", "on_site", "routine",
     (("member13", "approved"), ("member14", "approved"))),
    (-17, 14, 0, _ZONE, "云川开发区", "云川开发区综合执法局", "work_safety", "on_site", "inspection",
     (("member15", "approved"), (_S2, "approved"))),
    (-15, 9, 0, _LIUWAN, "柳湾镇", "云川市农业农村局", "agriculture", "on_site", "routine", ((_S1, "approved"),)),
    (-14, 21, 30, _RIVER, "荷塘镇", "云川市渔政监督大队", "yangtze_fishing_ban", "on_site", "special",
     ((_S4, "approved"), ("member07", "approved"))),
    (-12, 9, 30, _LIUWAN, "柳湾镇", "云川市生态环境局", "eco_environment", "on_site", "clue",
     ((_S1, "amended"), (_S3, "approved"))),
    (-10, 10, 0, _LAKE, "滨湖新区", "滨湖新区综合执法局", "urban_management", "on_site", "routine",
     (("member34", "approved"), ("member35", "submitted"))),
    (-8, 9, 0, _LIUWAN, "柳湾镇", "云川市市场监督管理局", "market_regulation", "ledger", "routine",
     ((_S2, "approved"),)),
    (-7, 14, 0, _SHIQIAO, "石桥镇", "云川市应急管理局", "work_safety", "on_site", "routine",
     (("member02", "returned"), ("member14", "submitted"))),
    (-6, 9, 30, _ZONE, "云川开发区", "云川市生态环境局", "eco_environment", "on_site", "routine",
     (("member30", "submitted"), (_S2, "returned"))),
    (-4, 9, 0, _LIUWAN, "柳湾镇", "云川市城市管理局", "urban_management", "on_site", "routine",
     ((_S1, "returned"), (_S2, "submitted"), (_S3, "submitted")), (_S1, "alone")),
    (-3, 14, 0, _LIUWAN, "柳湾镇", "云川市应急管理局", "work_safety", "on_site", "special",
     ((_S1, "submitted"), (_S4, "partial")), (_S1, "callback")),
    (-2, 9, 30, _RIVER, "沙渚镇", "云川市农业农村局", "yangtze_fishing_ban", "on_site", "routine",
     ((_S4, "submitted"), ("member05", "submitted"))),
    (-1, 9, 0, _LIUWAN, "柳湾镇", "云川市交通运输局", "transport", "on_site", "routine",
     ((_S1, "draft"), (_S3, "submitted"))),
)  # fmt: skip
_TO_COME = (
    (0, 9, 0, _LIUWAN, "柳湾镇", "云川市应急管理局", "work_safety", "on_site", "routine"),
    (0, 10, 30, _ZONE, "云川开发区", "云川市生态环境局", "eco_environment", "on_site", "routine"),
    (0, 14, 0, _LIUWAN, "柳湾镇", "柳湾镇综合执法局", "urban_management", "on_site", "routine"),
    (0, 15, 30, _SHIQIAO, "石桥镇", "云川市市场监督管理局", "market_regulation", "on_site", "routine"),
    (0, 21, 0, _RIVER, "沙渚镇", "云川市渔政监督大队", "yangtze_fishing_ban", "on_site", "special"),
    (1, 9, 30, _LIUWAN, "柳湾镇", "云川市生态环境局", "eco_environment", "on_site", "clue"),
    (2, 9, 0, _LIUWAN, "柳湾镇", "云川市市场监督管理局", "market_regulation", "ledger", "routine"),
    (3, 14, 0, _SHIQIAO, "石桥镇", "石桥镇综合执法局", "urban_management", "on_site", "routine"),
    (5, 9, 30, _LAKE, "滨湖新区", "云川市交通运输局", "transport", "on_site", "routine"),
    (6, 22, 0, _RIVER, "荷塘镇", "云川市渔政监督大队", "yangtze_fishing_ban", "on_site", "special"),
    (7, 9, 0, _ZONE, "云川开发区", "云川开发区综合执法局", "work_safety", "case_file", "inspection"),
)  # fmt: skip


# Of these nobody has filed a record yet: only the party was talked to.
_TALKED_ONLY = (
    (-5, 10, 0, _LIUWAN, "柳湾镇", "云川市农业农村局", "agriculture", "on_site", "routine", (), (_S3, "usual")),
    (-2, 15, 0, _LIUWAN, "柳湾镇", "云川市生态环境局", "eco_environment", "on_site", "routine", (), (_S2, "refused")),
)


def slots(now: datetime) -> list[Slot]:
    """Every visit of the demonstration, its moments counted from today in China."""
    midnight = china(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Slot(midnight + timedelta(days=days, hours=hour, minutes=minute), *rest)
        for days, hour, minute, *rest in (*_PAST, *_TO_COME, *_TALKED_ONLY)
    ]
