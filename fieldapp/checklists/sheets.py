"""The words of the spreadsheet, shared by export and import: sheets, columns, rows."""

GUIDE, CATEGORIES, ITEMS, OPTIONS = "说明", "大类", "指标", "选项"

CATEGORY_COLUMNS = {"code": "代码", "label": "名称", "label_en": "英文名", "count": "项数", "points": "分值"}
ITEM_COLUMNS = {
    "code": "代码",
    "category": "大类",
    "title": "短标题",
    "question": "问题",
    "look_for": "检查要点",
    "stage": "环节",
    "modes": "方式",
    "domains": "领域",
    "applies_when": "适用情形",
    "weight": "分值",
    "critical": "关键项",
    "basis": "法律依据",
    "photo_hint": "拍照提示",
    "na_hint": "不适用提示",
    "domain_notes": "领域说明",
    "fact": "印证事实",
    "first": "首屏",
    "optional": "选做",
}
ADDED_LATER = ("fact", "first", "optional")  # workbooks made before have no such columns
OPTION_COLUMNS = {"kind": "类别", "id": "标识", "label": "名称", "meaning": "说明", "number": "数值"}
META_ROWS = {
    "title": "清单标题",
    "status": "状态",
    "version": "版本号",
    "id": "清单标识",
    "drafted_on": "拟定日期",
    "note": "备注",
    "total_points": "总分",
    "min_answered_weight": "出分所需最低分值",
    "critical_cap": "关键项封顶等次",
    "critical_rule": "关键项规则",
    "formula": "计分公式",
    "scoring_note": "计分说明",
}
STATUS = {"draft_assumption": "待审定", "approved": "已审定"}
# kind of option → (its word in the sheet, the field its number stands for)
OPTION_KINDS = {
    "stages": ("环节", "order"),
    "modes": ("方式", ""),
    "domains": ("领域", ""),
    "applies_when": ("适用情形", ""),
    "answers": ("答案", ""),
    "bands": ("等次", "min"),
}
ASSUMED, ALL, NO_CAP = "拟定", "全部", "不封顶"
VERIFIED, UNVERIFIED = "核", "待核"
