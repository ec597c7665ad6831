"""The tables of a verification report that need no checklist: equipment, the trial run, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable

from app.core.money import format_fen
from app.core.pdf import Column, parts

Facts = dict[str, Any]


def equipment_chapter(equipment: Facts) -> list[Flowable]:
    """What was bought, with its asset labels; then list, invoices and labels on site side by side."""
    lines = equipment["lines"]
    columns = [
        Column("设备", wrap=True),
        Column("型号", wrap=True),
        Column("数量", "right"),
        Column("单位"),
        Column("金额（元）", "right"),
        Column("资产编号", wrap=True),
    ]
    rows = [
        [t["name"], t["model"] or "—", t["listed"], t["unit"], yuan(t["amount_fen"]), label_ranges(t["labels"]) or "—"]
        for t in lines
    ]
    total = ["合计", "", "", "", yuan(sum(t["amount_fen"] for t in lines)), ""]
    listed = parts.table(columns, rows, total=total if rows else None, empty="没有登记设备清单")
    return [listed, *(_three_way(equipment) if lines else [])]


def _three_way(equipment: Facts) -> list[Flowable]:
    columns = [
        Column("设备", wrap=True),
        Column("清单", "right"),
        Column("发票", "right"),
        Column("标签", "right"),
        Column("在", "right"),
        Column("损坏", "right"),
        Column("不在", "right"),
        Column("清点日期和人", wrap=True),
        Column("结果", wrap=True),
    ]
    rows = [
        [
            line["name"],
            line["listed"],
            line["invoiced"],
            str(len(line["labels"])),
            *(str(line[result]) for result in ("present", "damaged", "absent")),
            "\n".join(f"{count['on']} {count['by']}" for count in line["counted"]) or "没有清点",
            "；".join(line["differences"]) or "一致",
        ]
        for line in equipment["lines"]
    ]
    note = (
        "三方核对：设备清单的数量、发票写明的数量、现场逐件核对的标签要一致。每件设备一个标签，论米论批的一行一个标签；"
        "在、损坏、不在按每个标签最近一次清点计，损坏的在现场但要注明。"
    )
    return [
        parts.heading("三方核对", 2),
        parts.table(columns, rows),
        parts.para(_three_way_result(equipment), indent=False),
        parts.definition(note),
    ]


def _three_way_result(equipment: Facts) -> str:
    if equipment["agrees"]:
        return f"核对结果：{len(equipment['lines'])} 行设备的清单、发票、现场标签全部一致。"
    wrong = sum(1 for line in equipment["lines"] if line["differences"])
    words = [f"{wrong} 行不一致"] if wrong else []
    if equipment["unlisted"]:
        words.append(f"发票上有、清单上没有的：{'、'.join(equipment['unlisted'])}")
    return f"核对结果：{'；'.join(words)}。"


def label_ranges(numbers: Sequence[str]) -> str:
    """Asset numbers in few characters: those that follow each other as first–last, the last by its end.

    ``["500101000010", "500101000028", "500101000051"]`` → ``"500101000010–00028、500101000051"``. The last figure of a
    number is its check digit, the four before it count.
    """
    runs: list[list[str]] = []
    for number in numbers:
        if runs and int(number[:-1]) == int(runs[-1][-1][:-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1][-5:]}" for run in runs)


def operation_chapter(operation: Facts) -> list[Flowable]:
    """The figures of the trial run, each with its definition."""
    if not operation["rows"]:
        return [parts.para("签发本报告时还没有试运行满一天。")]
    period = f"试运行：{operation['first']} 至 {operation['last']}，首尾两天都算在内。"
    columns = [Column("指标"), Column("数字", "right"), Column("口径", wrap=True)]
    return [parts.para(period, indent=False), parts.table(columns, operation["rows"])]


def findings_chapter(findings: Sequence[Facts]) -> list[Flowable]:
    """What was wrong, who put it right, and the second look."""
    columns = [
        Column("序", "right"),
        Column("问题", wrap=True),
        Column("责任人"),
        Column("期限"),
        Column("整改", wrap=True),
        Column("复验", wrap=True),
        Column("状态"),
    ]
    rows = [
        [
            str(n),
            f"{finding['item']}：{finding['problem']}" if finding["item"] else finding["problem"],
            finding["owner"],
            finding["deadline"],
            "\n".join(_measures(finding)) or "—",
            "\n".join(_reinspection(row) for row in finding["reinspections"]) or "—",
            finding["status"],
        ]
        for n, finding in enumerate(findings, 1)
    ]
    return [parts.table(columns, rows, empty="现场没有发现问题")]


def _measures(finding: Facts) -> list[str]:
    """What was done, round by round; the last round may not have been looked at yet."""
    rounds = [(row["rectified"], row["measure"]) for row in finding["reinspections"]]
    latest = (finding["rectified"], finding["measure"])
    if finding["measure"] and latest not in rounds:
        rounds.append(latest)
    return [f"{on} {measure}" for on, measure in rounds]


def _reinspection(row: Facts) -> str:
    outcome = "已改好" if row["good"] else "没有改好"
    return f"{row['on']} {outcome}（{row['inspector']}）" + (f"：{row['remark']}" if row["remark"] else "")


def yuan(fen: int) -> str:
    """``123456`` → ``"1,234.56"``: a sum in a column whose heading says that it is yuan."""
    return format_fen(fen).replace("¥", "")
