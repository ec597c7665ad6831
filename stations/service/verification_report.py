"""The verification report of an acceptance, as PDF. It is made from frozen data and the photos named in it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.platypus import Flowable

from app.core import ids
from app.core.documents import Issue
from app.core.money import format_fen
from app.core.pdf import Column, Frame, parts, render
from stations.rules.dossier import Match, compare_sign
from stations.service import report_tables as tables
from stations.service.report_money import money_chapter, money_summary

LoadPhoto = Callable[[str], bytes]
Facts = dict[str, Any]
Chapter = tuple[str, list[Flowable]]
NUMERALS = "一二三四五六七八九十"

FOOTER = (
    "本报告由系统按冻结的验收数据生成并加盖电子签章；扫首页二维码或打开核验网址，可以核对编号、日期和文件是否被改过。"
)


def build(frozen: Facts, issue: Issue, load_photo: LoadPhoto) -> bytes:
    """Unsigned PDF bytes. ``load_photo`` gives a photo's bytes by its SHA-256.

    Chapters that don't apply (None in the frozen data) are left out, the others numbered one after the other.
    The same frozen data, issue and photos give the same bytes.
    """
    frame = Frame(
        title=title_of(frozen["subject"]["name"]),
        issuer=frozen["issuer"],
        issued_at=issue.issued_at,
        number=ids.grouped(issue.number),
        verify_url=issue.verify_url,
        footer_note=FOOTER,
    )
    body = list(_cover(frozen))
    for numeral, (title, flowables) in zip(NUMERALS, _chapters(frozen, issue, load_photo), strict=False):
        body += [parts.heading(f"{numeral}、{title}"), *flowables]
    return render(frame, body)


def title_of(name: str) -> str:
    """What the report about something of that name is called."""
    return f"{name}验收报告"


def _chapters(frozen: Facts, issue: Issue, load_photo: LoadPhoto) -> list[Chapter]:
    money, equipment, operation = (frozen[key] for key in ("money", "equipment", "operation"))
    return [
        ("验收依据", _basis(frozen)),
        ("验收清单", _checklist(frozen["items"], frozen["score"])),
        *([("资金", money_chapter(money))] if money is not None else []),
        *([("设备", tables.equipment_chapter(equipment))] if equipment is not None else []),
        *([("试运行", tables.operation_chapter(operation))] if operation is not None else []),
        ("问题与整改", tables.findings_chapter(frozen["findings"])),
        ("照片", _photos(frozen["photos"], load_photo)),
        ("意见与签字", _opinions(frozen["decisions"], frozen["subject"]["preparer"])),
        ("核验", _proof(frozen, issue)),
    ]


def _cover(frozen: Facts) -> list[Flowable]:
    dates = frozen["dates"]
    pairs = [
        *_about(frozen["subject"], frozen["money"]),
        ("报送日期", dates["submitted"][:10] or "—"),
        ("查验日期", dates["inspected"] or "—"),
        ("查验人", frozen["inspector"] or "—"),
        ("决定日期", dates["decided"] or "—"),
        ("验收期间", f"{dates['opened'][:10]} 至 {dates['decided'] or '—'}"),
        ("验收结论", frozen["status"]),
    ]
    return [parts.facts(pairs), parts.para(_summary(frozen))]


def _about(subject: Facts, money: Facts | None) -> list[tuple[str, str]]:
    pairs = [("验收对象", subject["name"]), ("类型", subject["kind"])]
    pairs.append(("站点编号", ids.grouped(subject["code"])) if subject["code"] else ("年度", f"{subject['year']} 年"))
    pairs.append(("所在地", subject["place"]))
    if money is None:
        pairs.append(("整理单位", subject["preparer"]))
    else:
        pairs += [("收款单位", money["payee"]), ("建设主体", money["builder"])]
    return pairs + ([("系统内记录", subject["reference"])] if subject["reference"] else [])


def _summary(frozen: Facts) -> str:
    items, findings, money, score = (frozen[key] for key in ("items", "findings", "money", "score"))
    good = sum(1 for item in items if item["result"] == "合格")
    waived = sum(1 for item in items if item["waived"])
    closed = sum(1 for finding in findings if finding["status"] == "已销号")
    sentences = [
        f"验收清单共 {len(items)} 项，合格 {good} 项，经签字免除 {waived} 项；"
        f"发现问题 {len(findings)} 个，已销号 {closed} 个。"
    ]
    if score is not None:
        sentences.append(_score(score))
    if money is not None:
        sentences.append(money_summary(money))
    return "".join([*sentences, f"验收结论：{frozen['status']}。"])


def _score(score: Facts) -> str:
    mark = f"，合格线 {score['pass_mark']} %，{'达到' if score['passes'] else '没有达到'}" if score["pass_mark"] else ""
    return f"得分 {score['figure']}{mark}。"


def _basis(frozen: Facts) -> list[Flowable]:
    texts = [*frozen["basis"]["texts"], frozen["basis"]["template"]]
    if frozen["money"] is not None and frozen["money"]["approval_reference"]:
        texts.insert(0, f"批复文件：{frozen['money']['approval_reference']}")
    return [parts.para(f"{n}. {text}", indent=False) for n, text in enumerate(texts, 1)]


def _checklist(items: Sequence[Facts], score: Facts | None) -> list[Flowable]:
    columns = [
        Column("序", "right"),
        Column("项目", wrap=True),
        Column("必备"),
        Column("文件", "right"),
        Column("页数", "right"),
        Column("出具单位和日期", wrap=True),
        Column("结果"),
        *([Column("得分", "right")] if score is not None else []),
        Column("查验人"),
        Column("说明", wrap=True),
    ]
    rows = [
        [
            str(item["position"]),
            item["label"],
            "必备" if item["required"] else "可缺",
            str(len(item["files"])) if item["files"] else "—",
            str(item["pages"] or "—"),
            "\n".join(text for text in (item["issuer"], item["on"]) if text) or "—",
            _result(item),
            *([_points(item)] if score is not None else []),
            item["checker"] or "—",
            _remark(item),
        ]
        for item in items
    ]
    legend = "结果：合格、缺（没有）、不符（有但不对）、免除（县级签字免除，说明写原因）、未查（可缺的项目没有查验）。"
    if score is None:
        return [parts.table(columns, rows), parts.definition(legend)]
    legend += "得分：得分 / 满分；免除的项不计入满分，没有打分的按 0 分算，百分比只舍不入。"
    return [parts.table(columns, rows), parts.para(_score(score), indent=False), parts.definition(legend)]


def _points(item: Facts) -> str:
    if item["points"] is None:
        return "不打分"
    return "—" if item["waived"] else f"{item['score'] or '0'} / {item['points']}"


def _result(item: Facts) -> str:
    if item["waived"]:
        return "免除"
    return str(item["result"] or "未查")


def _remark(item: Facts) -> str:
    texts = [item["answer"], _sign(item), item["remark"]]
    if item["amount_fen"] is not None:
        texts.append(f"金额 {format_fen(item['amount_fen'])}")
    if item["waived"]:
        texts.append(f"免除原因：{item['waived']}（{item['waived_by']} 签）")
    return "；".join(text for text in texts if text) or "—"


def _sign(item: Facts) -> str:
    """What the copied words of a sign lack or have too much; empty when they are as required or were not copied."""
    if not item["sign"] or not item["answer"]:
        return ""
    pieces = compare_sign(item["sign"], item["answer"])
    lacking, extra = (
        "、".join(f"“{piece.text}”" for piece in pieces if piece.match is match)
        for match in (Match.LACKING, Match.EXTRA)
    )
    wrong = "，".join([*([f"少了{lacking}"] if lacking else []), *([f"多了{extra}"] if extra else [])])
    return f"要求“{item['sign']}”：{wrong}" if wrong else ""


def _photos(photos: Sequence[Facts], load_photo: LoadPhoto) -> list[Flowable]:
    if not photos:
        return [parts.para("没有照片。")]
    grid = [(load_photo(photo["sha256"]), f"{n}. {_caption(photo)}") for n, photo in enumerate(photos, 1)]
    note = "时间和位置由拍摄的手机写入照片，登记时原样保存；手机没有写的，照实注明“无时间”“无位置”。"
    rows = [parts.photo_grid(grid[n : n + 2]) for n in range(0, len(grid), 2)]  # row by row, so that pages fill up
    return [*rows, parts.definition(note)]


def _caption(photo: Facts) -> str:
    where = f"北纬 {photo['lat']} 东经 {photo['lon']}" if photo["lat"] else "无位置"
    return f"{photo['caption']}\n{photo['taken'] or '无时间'} · {where}"


def _opinions(decisions: Sequence[Facts], preparer: str) -> list[Flowable]:
    roles = [preparer, "县级主管部门"] + (["第三方机构"] if any(row["third_party"] for row in decisions) else [])
    blocks = [parts.facts(_opinion(row, preparer)) for row in decisions]
    signing = parts.keep_together([*blocks[-1:], parts.signature_lines(roles)])
    return [*blocks[:-1], signing]


def _opinion(row: Facts, preparer: str) -> list[tuple[str, str]]:
    third = f"{row['third_party']}　{row['third_party_signer']}" if row["third_party"] else "未委托第三方"
    return [
        ("决定", row["decision"]),
        ("日期", row["on"]),
        ("意见", row["opinion"]),
        (f"{preparer}签字人", row["township_signer"]),
        ("县级主管部门签字人", row["bureau_signer"]),
        ("第三方", third),
    ]


def _proof(frozen: Facts, issue: Issue) -> list[Flowable]:
    pairs = [
        ("报告编号", ids.grouped(issue.number)),
        ("核验网址", issue.verify_url),
        ("数据指纹", f"SHA-256 {issue.frozen_sha256}"),
        ("数据格式", frozen["schema"]),
    ]
    note = "数据指纹是本报告所依据的全部验收数据（含每个文件的指纹）的 SHA-256 值，签发时登记，改动任何一项都对不上。"
    return [parts.keep_together([parts.facts(pairs, per_row=1), parts.definition(note)])]
