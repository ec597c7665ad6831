"""The report of an evaluation, as PDF, made from frozen data alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable

from app.core import ids
from app.core.documents import Issue
from app.core.pdf import Column, Frame, parts, render

Facts = dict[str, Any]

FOOTER = "本报告由系统按冻结的评价数据生成并加盖电子签章；扫首页二维码或打开核验网址，可以核对编号和文件是否被改过。"


def build(frozen: Facts, title: str, issue: Issue) -> bytes:
    """Unsigned PDF bytes. The same frozen data and issue give the same bytes."""
    frame = Frame(
        title=title,
        issuer=frozen["issuer"],
        issued_at=issue.issued_at,
        number=ids.grouped(issue.number),
        verify_url=issue.verify_url,
        footer_note=FOOTER,
    )
    return render(
        frame,
        [
            *_cover(frozen),
            *_basis(frozen),
            *_summary(frozen),
            *_scores(frozen),
            *_evidence(frozen["leaves"]),
            *_rectifications(frozen["rectifications"]),
            *_opinions(frozen),
            *_proof(frozen, issue),
        ],
    )


def _cover(frozen: Facts) -> list[Flowable]:
    main, bonus, whole = frozen["totals"]
    problems = frozen["rectifications"]
    closed = sum(1 for row in problems if row["status"] == "已销号")
    pairs = [
        ("评价对象", frozen["county"]),
        ("评价年度", f"{frozen['year']} 年"),
        ("完成轮次", frozen["after"]),
        ("当前状态", frozen["status"]),
        ("评价指标", f"{len(frozen['leaves'])} 项"),
        ("现场查看", f"{sum(1 for leaf in frozen['leaves'] if leaf['site_check'])} 项"),
    ]
    scores = "；".join(
        f"{name}总分 {total or '—'} 分（其中加分 {extra or '—'} 分）"
        for name, total, extra in zip(frozen["rounds"], whole["scores"], bonus["scores"], strict=True)
    )
    text = (
        f"评分表满分 {main['points']} 分，另设加分 {bonus['points']} 分。{scores}。"
        f"列入整改的问题 {len(problems)} 个，已销号 {closed} 个。"
    )
    return [parts.facts(pairs), parts.para(text)]


def _basis(frozen: Facts) -> list[Flowable]:
    texts = [*frozen["basis"]["texts"], frozen["basis"]["tree"]]
    return [
        parts.heading("一、评价依据"),
        *(parts.para(f"{n}. {text}", indent=False) for n, text in enumerate(texts, 1)),
    ]


def _summary(frozen: Facts) -> list[Flowable]:
    rounds = frozen["rounds"]
    columns = [Column("指标", wrap=True), Column("分值", "right")]
    columns += [Column(name, "right") for name in rounds]
    rows = []
    for group in frozen["groups"]:
        rows.append([group["label"], group["points"], *_given(group["scores"])])
        rows += [[f"　　其中：{part['label']}", part["points"], *_given(part["scores"])] for part in group["parts"]]
    main, bonus, whole = frozen["totals"]
    rows += [[total["label"], total["points"], *_given(total["scores"])] for total in (main, bonus)]
    total = [whole["label"], whole["points"], *_given(whole["scores"])]
    note = "总分为各项指标得分之和，含加分；没有打分的指标不计分。分数以半分为一档。"
    return [parts.heading("二、得分汇总"), parts.table(columns, rows, total=total), parts.definition(note)]


def _scores(frozen: Facts) -> list[Flowable]:
    by_key = {leaf["key"]: leaf for leaf in frozen["leaves"]}
    out: list[Flowable] = [parts.heading("三、指标得分与理由")]
    columns = [
        Column("序", "right"),
        Column("指标和评分标准", weight=5),
        Column("分值", "right"),
        *(Column(name, "right") for name in frozen["rounds"]),
        Column("得分理由", weight=5),
    ]
    for group in frozen["groups"]:
        out.append(parts.heading(f"{group['label']}（{group['points']} 分）", 2))
        leaves = [by_key[key] for part in group["parts"] for key in part["leaves"]]
        out.append(parts.table(columns, [_leaf_row(leaf, frozen["rounds"]) for leaf in leaves]))
    return out


def _leaf_row(leaf: Facts, rounds: Sequence[str]) -> list[str]:
    site = "（现场查看）" if leaf["site_check"] else ""
    reasons = [f"{name}：{reason}" for name, reason in zip(rounds, leaf["reasons"], strict=True) if reason]
    return [
        str(leaf["position"]),
        f"{leaf['label']}{site}\n{leaf['standard']}",
        leaf["points"],
        *_given(leaf["scores"]),
        "\n".join(reasons) or "—",
    ]


def _evidence(leaves: Sequence[Facts]) -> list[Flowable]:
    columns = [
        Column("指标", wrap=True),
        Column("材料", wrap=True),
        Column("种类"),
        Column("日期"),
        Column("地址或文件指纹", wrap=True),
    ]
    rows = [
        [
            f"{leaf['position']}. {leaf['label']}",
            row["title"],
            row["kind"],
            row["on"] or "—",
            row["path"] or f"SHA-256 {row['sha256'][:16]}…",
        ]
        for leaf in leaves
        for row in leaf["evidence"]
    ]
    without = sum(1 for leaf in leaves if not leaf["evidence"])
    note = f"没有附材料的指标 {without} 项。地址为本系统内的页面；文件指纹为 SHA-256 的前 16 位，全文在冻结数据里。"
    return [
        parts.heading("四、评价材料"),
        parts.table(columns, rows, empty="没有附评价材料"),
        parts.definition(note),
    ]


def _rectifications(rows: Sequence[Facts]) -> list[Flowable]:
    columns = [
        Column("序"),
        Column("问题和原因", weight=3),
        Column("整改措施", weight=2.5),
        Column("责任人和期限", weight=2),
        Column("整改结果和复查", weight=4),
        Column("状态"),
    ]
    cells = [
        [
            str(n),
            "\n".join(
                text
                for text in (f"指标：{row['leaf']}" if row["leaf"] else "", row["problem"], f"原因：{row['cause']}")
                if text
            ),
            row["measure"],
            f"{row['owner']}\n{row['deadline']}",
            "\n".join(_results(row)) or "—",
            row["status"],
        ]
        for n, row in enumerate(rows, 1)
    ]
    return [parts.heading("五、整改台账"), parts.table(columns, cells, empty="没有列入整改的问题")]


def _results(row: Facts) -> list[str]:
    """What was done and what the second look found, round by round; the last may not have been looked at yet."""
    lines = []
    for look in row["rechecks"]:
        lines.append(f"{look['rectified']} {look['result']}")
        outcome = "已改好" if look["good"] else "没有改好"
        remark = f"，{look['remark']}" if look["remark"] else ""
        lines.append(f"{look['on']} 复查：{outcome}（{look['checker']}）{remark}")
    seen = [(look["rectified"], look["result"]) for look in row["rechecks"]]
    if row["result"] and (row["rectified"], row["result"]) not in seen:
        lines.append(f"{row['rectified']} {row['result']}")
    return lines


def _opinions(frozen: Facts) -> list[Flowable]:
    columns = [
        Column("日期"),
        Column("办理", wrap=True),
        Column("意见", weight=4),
        Column("签字人"),
        Column("总分", "right"),
    ]
    rows = [
        [step["on"], f"{step['from']} → {step['to']}", *(step[name] or "—" for name in ("opinion", "signer", "score"))]
        for step in frozen["steps"]
    ]
    roles = ["自评单位", "县级复核人", "省级评价组"][: len(frozen["rounds"])]
    return [
        parts.heading("六、意见与签字"),
        parts.table(columns, rows, empty="没有办理记录"),
        parts.signature_lines(roles),
    ]


def _proof(frozen: Facts, issue: Issue) -> list[Flowable]:
    pairs = [
        ("报告编号", ids.grouped(issue.number)),
        ("核验网址", issue.verify_url),
        ("数据指纹", f"SHA-256 {issue.frozen_sha256}"),
        ("数据格式", frozen["schema"]),
    ]
    note = "数据指纹是本报告所依据的全部评价数据（含每个文件的指纹）的 SHA-256 值，签发时登记，改动任何一项都对不上。"
    return [parts.keep_together([parts.heading("七、核验"), parts.facts(pairs, per_row=1), parts.definition(note)])]


def _given(scores: Sequence[str]) -> list[str]:
    return [score or "—" for score in scores]
