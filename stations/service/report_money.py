"""The money chapter of a verification report: standard, subsidy and payments, budget, contracts, invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable

from app.core import ids
from app.core.money import format_fen
from app.core.pdf import Column, parts
from stations.service.report_tables import yuan

Facts = dict[str, Any]


def money_summary(money: Facts) -> str:
    """One sentence about the money for the first page."""
    subsidy = money["subsidy"]
    granted = f"，核定补助 {format_fen(subsidy['approved_fen'])}" if subsidy else ""
    back = f"，已追回 {format_fen(subsidy['back_fen'])}" if subsidy and subsidy["back_fen"] else ""
    return (
        f"批复金额 {format_fen(money['approved_fen'])}{granted}，登记发票 {len(money['invoices'])} 张，"
        f"合计 {format_fen(money['invoiced_fen'])}，已拨付 {format_fen(money['paid_fen'])}{back}。"
    )


def money_chapter(money: Facts) -> list[Flowable]:
    """Sums, then what was paid, the budget and what it was spent on."""
    return [
        parts.facts(_sums(money)),
        *_paid(money),
        _section(
            "预算执行",
            _budget(money),
            "发票写明买的是设备清单上的东西，算设备购置，其余算装修改造；合同跟着它的发票归类，还没有发票或两类都有的单列。",
        ),
        _section("合同", _contracts(money)),
        _section("发票", _invoices(money), "发票合计为价税合计；同一张发票在全县只能登记一次。"),
    ]


def _section(title: str, table: Flowable, note: str = "", *, before: Sequence[Flowable] = ()) -> Flowable:
    """A short table under its heading, with its note, on one page where one page can hold it."""
    notes = [parts.definition(note)] if note else []
    return parts.keep_together([parts.heading(title, 2), *before, table, *notes])


def _sums(money: Facts) -> list[tuple[str, str]]:
    standard, subsidy = money["standard"], money["subsidy"]
    pairs = [
        ("批复金额", format_fen(money["approved_fen"])),
        ("批复文号", money["approval_reference"] or "—"),
        ("收款单位", money["payee"]),
        ("建设主体", money["builder"]),
    ]
    if standard is None:
        pairs.append(("补助标准", "这类站点没有补助标准"))
    else:
        title = f"{standard['title']}（{standard['class']}），{format_fen(standard['amount_fen'])}"
        pairs += [("补助标准", title), ("标准依据", standard["document"])]
    if subsidy is None:
        return [*pairs, ("核定补助", "签发本报告时还没有核定")]
    own = format_fen(subsidy["own_fen"]) + (f"（{subsidy['own_source']}）" if subsidy["own_source"] else "")
    return [
        *pairs,
        ("核定补助", f"{format_fen(subsidy['approved_fen'])}（{subsidy['status']}）"),
        ("核定文号", f"{subsidy['reference']}，{subsidy['granted']}"),
        ("补助编号", ids.grouped(subsidy["number"])),
        ("自筹资金", own if subsidy["own_fen"] else "没有登记"),
        ("已拨付", format_fen(subsidy["paid_fen"])),
        ("已追回", format_fen(subsidy["back_fen"])),
        ("资金来源", subsidy["fund"]),
    ]


def _paid(money: Facts) -> list[Flowable]:
    """The subsidy's instalments; the dossier's vouchers where there is no subsidy, or where they say something else."""
    subsidy, vouchers = money["subsidy"], money["vouchers"]
    note = "补助资金只拨给乡镇人民政府（街道办事处）；拨付以银行凭证为准，到账由收款单位确认。"
    if subsidy is None:
        return [_section("拨付", _vouchers(vouchers), note)]
    out = [_section("拨付", _instalments(subsidy), note)]
    if subsidy["claw_backs"]:
        out.append(_section("追回", _claw_backs(subsidy)))
    if not vouchers_agree(vouchers, subsidy["instalments"]):
        words = parts.para("验收资料里登记的银行凭证和上面的拨付记录不一致，一并列出，请核对。", indent=False)
        out.append(_section("验收资料里的银行凭证", _vouchers(vouchers), before=[words]))
    return out


def vouchers_agree(vouchers: Sequence[Facts], instalments: Sequence[Facts]) -> bool:
    """Whether the dossier's vouchers, if it has any, say the same sum and no other day than the paid instalments."""
    paid = [part for part in instalments if part["paid"]]
    same_sum = sum(row["amount_fen"] for row in vouchers) == sum(part["amount_fen"] for part in paid)
    days = {part["paid"] for part in paid} | {""}
    return not vouchers or (same_sum and all(row["on"] in days for row in vouchers))


def _instalments(subsidy: Facts) -> Flowable:
    columns = [
        Column("期", "right"),
        Column("拨付条件", wrap=True),
        Column("比例", "right"),
        Column("金额（元）", "right"),
        Column("申请"),
        Column("审核"),
        Column("支付"),
        Column("银行凭证号", wrap=True),
        Column("收款单位确认", wrap=True),
    ]
    rows = [
        [
            str(part["position"]),
            part["milestone"],
            f"{part['share']} %",
            yuan(part["amount_fen"]),
            *(part[step] or "—" for step in ("requested", "approved", "paid")),
            part["voucher"] or part["status"],
            f"{part['received']}\n{part['received_by']}" if part["received"] else "—",
        ]
        for part in subsidy["instalments"]
    ]
    return parts.table(columns, rows, total=["", "已支付", "", yuan(subsidy["paid_fen"]), *[""] * 5])


def _claw_backs(subsidy: Facts) -> Flowable:
    columns = [
        Column("收到日期"),
        Column("原因", wrap=True),
        Column("凭证号", wrap=True),
        Column("金额（元）", "right"),
    ]
    rows = [[row["on"], row["reason"], row["document"], yuan(row["amount_fen"])] for row in subsidy["claw_backs"]]
    return parts.table(columns, rows, total=["合计", "", "", yuan(subsidy["back_fen"])])


def _vouchers(vouchers: Sequence[Facts]) -> Flowable:
    columns = [Column("日期"), Column("付款单位", wrap=True), Column("金额（元）", "right")]
    rows = [[row["on"] or "—", row["from"] or "—", yuan(row["amount_fen"])] for row in vouchers]
    total = ["合计", "", yuan(sum(row["amount_fen"] for row in vouchers))]
    return parts.table(columns, rows, total=total if rows else None, empty="签发本报告时还没有拨付")


def _budget(money: Facts) -> Flowable:
    sums = ("asked_fen", "approved_fen", "contracted_fen", "invoiced_fen")
    columns = [
        Column("预算类别", wrap=True),
        Column("申请（元）", "right"),
        Column("批复（元）", "right"),
        Column("合同（元）", "right"),
        Column("发票（元）", "right"),
        Column("批复减发票（元）", "right"),
    ]
    rows = money["budget"]
    whole = {key: sum(row[key] for row in rows) for key in sums}
    lines = [
        [name, *(yuan(row[key]) for key in sums), yuan(row["approved_fen"] - row["invoiced_fen"])]
        for name, row in [*((row["category"], row) for row in rows), ("合计", whole)]
    ]
    return parts.table(columns, lines[:-1], total=lines[-1])


def _contracts(money: Facts) -> Flowable:
    columns = [
        Column("合同编号", wrap=True),
        Column("标的", wrap=True),
        Column("怎样选定"),
        Column("对方", wrap=True),
        Column("签订日期"),
        Column("金额（元）", "right"),
        Column("已开票（元）", "right"),
    ]
    rows = [
        [
            *(row[key] for key in ("number", "subject", "kind", "counterparty", "on")),
            yuan(row["amount_fen"]),
            yuan(row["invoiced_fen"]),
        ]
        for row in money["contracts"]
    ]
    invoiced = sum(row["invoiced_fen"] for row in money["contracts"])
    total = ["合计", "", "", "", "", yuan(money["contracted_fen"]), yuan(invoiced)]
    return parts.table(columns, rows, total=total if rows else None, empty="没有登记合同")


def _invoices(money: Facts) -> Flowable:
    columns = [
        Column("发票号码和代码"),
        Column("开票日期"),
        Column("销售方", wrap=True),
        Column("合同", wrap=True),
        Column("价税合计（元）", "right"),
        Column("税额（元）", "right"),
    ]
    rows = [
        [
            f"{row['number']}\n代码 {row['code']}" if row["code"] else row["number"],
            row["on"],
            row["seller"],
            row["contract"] or "—",
            yuan(row["amount_fen"]),
            yuan(row["tax_fen"]),
        ]
        for row in money["invoices"]
    ]
    total = ["合计", "", "", "", yuan(money["invoiced_fen"]), yuan(money["tax_fen"])]
    return parts.table(columns, rows, total=total if rows else None, empty="没有登记发票")
