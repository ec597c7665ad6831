"""The tables of a verification report that need no checklist: money, equipment, the trial run, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable

from app.core.money import format_fen
from app.core.pdf import Column, parts

Facts = dict[str, Any]


def money_chapter(money: Facts) -> list[Flowable]:
    """Sums, invoices and payments."""
    sums = [
        ("批复金额", format_fen(money["approved_fen"])),
        ("批复文号", money["approval_reference"] or "—"),
        ("发票合计", format_fen(money["invoiced_fen"])),
        ("其中税额", format_fen(money["tax_fen"])),
        ("已拨付", format_fen(money["paid_fen"])),
        ("收款单位", money["payee"]),
    ]
    return [
        parts.facts(sums),
        parts.heading("发票", 2),
        _invoices(money),
        parts.heading("拨付", 2),
        parts.table(
            [Column("日期"), Column("付款单位", wrap=True), Column("金额（元）", "right")],
            [[row["on"] or "—", row["from"] or "—", _yuan(row["amount_fen"])] for row in money["payments"]],
            total=["合计", "", _yuan(money["paid_fen"])] if money["payments"] else None,
            empty="签发本报告时还没有拨付",
        ),
        parts.definition(
            "发票合计为价税合计；同一张发票在全县只能登记一次。拨付按银行凭证登记，补助资金只拨给乡镇人民政府（街道办事处）。"
        ),
    ]


def _invoices(money: Facts) -> Flowable:
    rows = [
        [row["number"], row["code"] or "—", row["on"], row["seller"], _yuan(row["amount_fen"]), _yuan(row["tax_fen"])]
        for row in money["invoices"]
    ]
    total = ["合计", "", "", "", _yuan(money["invoiced_fen"]), _yuan(money["tax_fen"])]
    columns = [
        Column("发票号码"),
        Column("发票代码"),
        Column("开票日期"),
        Column("销售方", wrap=True),
        Column("价税合计（元）", "right"),
        Column("税额（元）", "right"),
    ]
    return parts.table(columns, rows, total=total if rows else None, empty="没有登记发票")


def equipment_chapter(things: Sequence[Facts]) -> list[Flowable]:
    """What was bought, with its asset labels."""
    columns = [
        Column("设备", wrap=True),
        Column("型号", wrap=True),
        Column("数量", "right"),
        Column("单位"),
        Column("金额（元）", "right"),
        Column("资产标签"),
    ]
    rows = [
        [t["name"], t["model"] or "—", t["quantity"], t["unit"], _yuan(t["amount_fen"]), t["asset_label"] or "—"]
        for t in things
    ]
    total = ["合计", "", "", "", _yuan(sum(t["amount_fen"] for t in things)), ""]
    return [parts.table(columns, rows, total=total if rows else None, empty="没有登记设备清单")]


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


def _yuan(fen: int) -> str:
    return format_fen(fen).replace("¥", "")
