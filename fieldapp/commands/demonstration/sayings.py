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
    "replied": (2, ("full_recording",), ("other",), "没说在录像，后来才看见。", ""),
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
# What parties answer, question by question; what is left out was not answered.
ANSWERS: tuple[dict[str, str], ...] = (
    {"q1": "亮了，一进门就给我看。", "q2": "说是年度检查，给看了通知。", "q3": "说了可以解释，也可以投诉。",
     "q4": "挺客气。", "q5": "让我说了。", "q6": "没有。", "q8": "满意。"},
    {"q1": "亮了。", "q2": "说了，没太听懂。", "q4": "还行。", "q6": "没有。", "q7": "说得慢一点。"},
    {"q1": "后来才拿出来。", "q2": "说是例行检查。", "q3": "好像没说。", "q4": "有点急。", "q5": "说了几句。",
     "q6": "没有。", "q7": "先讲清楚再动手。", "q8": "一般，太匆忙。"},
)  # fmt: skip
ALONE = {
    "q1": "没亮，问了才拿出来。",
    "q2": "没说。",
    "q3": "没有。",
    "q4": "说话冲。",
    "q6": "没有。",
    "q8": "不满意，太凶。",
}
ALONE_FACTS = {"show_credentials": "no", "inform_rights": "no", "full_recording": "unclear", "civil_language": "no"}
WANTS_A_CALL = {
    "q1": "亮了。",
    "q2": "说了。",
    "q3": "没说。",
    "q6": "让我去指定的一家检测公司，收三千块。",
    "q7": "不要指定公司。",
}
OPINIONS = (
    ("云川甲一精密机械有限公司", "几个部门能不能约好一起来查？上个月来了四次，每次都要停线。",
     "已收到。我局已会同应急、生态环境等部门梳理年度检查计划，能合并的安排“综合查一次”，下季度起执行。"),
    ("柳湾镇东湾村", "河边禁捕的牌子字太小，老人看不清。", "已转渔政监督大队，月底前更换大字牌。谢谢您的建议。"),
    ("云川丙三食品有限公司", "希望检查前能给一份自查清单，我们自己先对照改。", ""),
    ("滨湖新区湖畔社区", "夜间占道摊点噪音大，希望城管八点后也来看看。", "已转城管部门，夜间巡查加到每周三次。"),
    ("沙渚镇渔耕村", "执法船靠岸时浪大，把小船都碰了，能不能慢一点。", ""),
)  # fmt: skip
