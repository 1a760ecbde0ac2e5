"""What the citizens of 云川市 write. All invented."""

GOOD = (
    "执法人员态度好，讲得清楚。", "先给我看了证件，也说了为什么来查。", "指出了问题，还教我怎么改。",
    "很快就查完了，没有耽误生意。",
    "全程开着记录仪，心里踏实。",
)  # fmt: skip
# fate → level, facts that were lacking, reasons, comment, telephone
BAD: dict[str, tuple[int, tuple[str, ...], tuple[str, ...], str, str]] = {
    "closed_verified": (2, ("show_credentials",), ("no_credentials",), "进门没亮证，问了才拿出来。", "000-0000-0011"),
    "closed_unfounded": (1, (), ("unequal",), "罚得太重，隔壁怎么不罚？", ""),
    "closed_misrated": (1, (), ("other",), "点错了，其实挺满意的。", "000-0000-0012"),
    "extended": (1, ("inform_rights", "civil_language"), ("rude", "no_rights"),
                 "说话很冲，没说我可以申辩。我的车牌是苏A12345，当时就停在门口。", "000-0000-0013"),
    "late": (2, ("inform_rights",), ("no_rights",), "没告诉我有什么权利。", ""),
    "replied": (2, ("full_recording",), ("other",), "好像没开记录仪。", ""),
    "rectified": (2, ("civil_language",), ("rude",), "有个人说话难听。", "000-0000-0014"),
    "verified": (1, ("show_credentials", "inform_rights"), ("no_credentials", "no_rights"),
                 "没亮证就开始翻柜子，也不说依据。打我电话 000-0000-0015 可以问。", "000-0000-0015"),
    "contacting": (2, ("inform_rights",), ("no_grounds", "no_document"), "没给我文书。", "000-0000-0016"),
    "triaged": (2, (), ("repeated",), "这个月来了三次，每次都查一样的。", ""),
    "received": (2, ("civil_language",), ("rude",), "态度不太好。", ""),
}  # fmt: skip
# contact point or agency, level
AT_POSTERS = (
    ("云川甲一精密机械有限公司", 5), ("柳湾镇东湾村", 4), ("云川市交通运输局", 3), ("柳湾镇", 4),
    ("云川丙三食品有限公司", 3), ("滨湖新区湖畔社区", 5), ("云川开发区", 4), ("云川市城市管理局", 4),
    ("沙渚镇渔耕村", 5), ("云川丁四物流有限公司", 4), ("云川市交通运输局", 5), ("云川开发区创业社区", 5),
)  # fmt: skip
OPINIONS = (
    ("云川甲一精密机械有限公司", "几个部门能不能约好一起来查？上个月来了四次，每次都要停线。",
     "已收到。我局已会同应急、生态环境等部门梳理年度检查计划，能合并的安排“综合查一次”，下季度起执行。"),
    ("柳湾镇东湾村", "河边禁捕的牌子字太小，老人看不清。", "已转渔政监督大队，月底前更换大字牌。谢谢您的建议。"),
    ("云川丙三食品有限公司", "希望检查前能给一份自查清单，我们自己先对照改。", ""),
    ("滨湖新区湖畔社区", "夜间占道摊点噪音大，希望城管八点后也来看看。", "已转城管部门，夜间巡查加到每周三次。"),
    ("沙渚镇渔耕村", "执法船靠岸时浪大，把小船都碰了，能不能慢一点。", ""),
)  # fmt: skip
