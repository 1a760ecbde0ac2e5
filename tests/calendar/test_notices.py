"""The yearly notice as it is published, and as people type it."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.calendar.notices import line_of, read_notice
from fieldapp.calendar.rules import Announced, WorkingDays, year_faults

# 国务院办公厅关于部分节假日安排的通知, as published for these years.
NOTICES = {
    2019: """一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
五、端午节：6月7日放假，与周末连休。
六、中秋节：9月13日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2024年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2023年10月25日""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=place) for place in range(365)]


@pytest.mark.parametrize("year", NOTICES)
def test_the_notice_is_read_in_its_own_words_and_gives_the_days_that_were_kept(year):
    reading = read_notice(NOTICES[year], year)

    read = WorkingDays(
        frozenset(one.day for one in reading.days if one.kind == "holiday"),
        frozenset(one.day for one in reading.days if one.kind == "working_weekend"),
        frozenset({year}),
    )
    assert reading.mistakes == []
    assert [day for day in days_of(year) if read.is_workday(day) != chinese_calendar.is_workday(day)] == []
    assert [words for words in year_faults(year, reading.days) if "5月2日" not in words] == []


@pytest.mark.parametrize("year", NOTICES)
def test_squeezed_into_one_line_or_without_full_stops_between_it_reads_the_same(year):
    expected = read_notice(NOTICES[year], year).days

    half_width = NOTICES[year].replace("：", ":").replace("（", "(").replace("）", ")").replace("，", ",")
    assert read_notice(half_width, year).days == expected
    if year != 2024:
        assert read_notice(NOTICES[year].replace("\n", ""), year).days == expected


def test_advice_and_the_date_of_issue_are_named_and_left_out():
    assert [one[:6] for one in read_notice(NOTICES[2024], 2024).left_out] == ["鼓励各单位结", "2023年1"]


LINES = """日期\t类型\t名称
2027-01-01 休 元旦
2027/1/2，休，元旦
2027年1月3日（周日）放假 元旦
2027.2.20\t班\t春节调休"""


def test_lines_are_read_in_the_spellings_that_people_use():
    reading = read_notice(LINES, 2027)

    assert reading.mistakes == []
    assert reading.days == [
        Announced(date(2027, 1, 1), "holiday", "元旦"),
        Announced(date(2027, 1, 2), "holiday", "元旦"),
        Announced(date(2027, 1, 3), "holiday", "元旦"),
        Announced(date(2027, 2, 20), "working_weekend", "春节调休"),
    ]
    assert read_notice("\n".join(map(line_of, reading.days)), 2027).days == reading.days


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("一、元旦：1月1日（周四）至3日（周日）放假调休，共3天。", 1, "1日是周五，括号里写的是周四"),
        ("一、元旦：1月1日（周五）至3日（周日）放假调休，共4天。", 1, "写的是4天，按日期数是 3 天"),
        ("一、元旦：1月1日放假。\n二、春节：2月30日放假。", 2, "没有 2027年2月30日"),
        ("一、元旦：1月3日至1日放假。", 1, "起止日期不对"),
        ("1月1日放假。", 1, "不知道是哪个节日"),
        ("一、元旦：1月1日放假。\n1月4日（周一）有的上班。", 2, "没有读懂"),
        ("国务院办公厅关于2026年部分节假日安排的通知\n一、元旦：1月1日放假。", 1, "这是2026年的通知"),
        ("一、元旦：2028年1月1日放假。", 1, "不属于2027年"),
        ("一、元旦：1月1日放假。1月1日（周五）上班。", 1, "另一类型"),
        ("2027-01-01 休 元旦\n2027-13-01 休 元旦", 2, "没有 2027年13月1日"),
        ("2027-01-01 休 元旦\n2027-01-04 值班 元旦", 2, "类型应为"),
        ("2027-01-01 休 元旦\n2027-01-02 休", 2, "没有写名称"),
        ("2027-01-01 休 元旦\n\n元旦还有一天", 3, "应为：日期 类型 名称"),
        ("2027-01-01（星期六）休 元旦", 1, "是周五"),
        ("2027-1-1休元旦", 1, "没有读懂"),
        ("今年怎么放假？", 1, "没有读到任何一天"),
        ("", 1, "没有读到任何一天"),
        ("一" * 20_001, 1, "超过"),
    ],
)
def test_a_line_that_cannot_be_right_is_named_with_what_is_wrong(text, line, words):
    mistakes = read_notice(text, 2027).mistakes

    assert any(one.line == line and words in one.words for one in mistakes), mistakes


PIECES = st.sampled_from("0123456789年月日至、。，：（）一元旦周六放假上班共天休班 \n-/")


@given(st.text(PIECES, max_size=60) | st.text(max_size=60))
def test_whatever_is_pasted_gives_days_of_that_year_or_says_what_is_wrong(text):
    reading = read_notice(text, 2027)

    assert reading.days or reading.mistakes
    assert reading.mistakes or all(one.day.year in (2026, 2027) for one in reading.days)
