"""The verification report of an acceptance, as PDF. It is made from frozen data and the photos named in it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.platypus import Flowable

from app.core import ids
from app.core.documents import Issue
from app.core.money import format_fen
from app.core.pdf import Column, Frame, parts, render

LoadPhoto = Callable[[str], bytes]
Facts = dict[str, Any]

FOOTER = (
    "本报告由系统按冻结的验收数据生成并加盖电子签章；扫首页二维码或打开核验网址，可以核对编号、日期和文件是否被改过。"
)


def build(frozen: Facts, issue: Issue, load_photo: LoadPhoto) -> bytes:
    """Unsigned PDF bytes. ``load_photo`` gives a photo's bytes by its SHA-256.

    The same frozen data, issue and photos give the same bytes.
    """
    frame = Frame(
        title=f"{frozen['station']['name']}验收报告",
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
            *_checklist(frozen["items"]),
            *_money(frozen["money"]),
            *_equipment(frozen["equipment"]),
            *_operation(frozen["operation"]),
            *_findings(frozen["findings"]),
            *_photos(frozen["photos"], load_photo),
            *_opinions(frozen["decisions"]),
            *_proof(frozen, issue),
        ],
    )


def _cover(frozen: Facts) -> list[Flowable]:
    station, dates, money = frozen["station"], frozen["dates"], frozen["money"]
    items = frozen["items"]
    good = sum(1 for item in items if item["result"] == "合格")
    waived = sum(1 for item in items if item["waived"])
    pairs = [
        ("验收对象", station["name"]),
        ("站点类型", station["kind"]),
        ("站点编号", ids.grouped(station["code"])),
        ("所在地", station["place"]),
        ("收款单位", money["payee"]),
        ("建设主体", money["builder"]),
        ("报送日期", dates["submitted"][:10] or "—"),
        ("查验日期", dates["inspected"] or "—"),
        ("查验人", frozen["inspector"] or "—"),
        ("决定日期", dates["decided"] or "—"),
        ("验收期间", f"{dates['opened'][:10]} 至 {dates['decided'] or '—'}"),
        ("验收结论", frozen["status"]),
    ]
    findings = frozen["findings"]
    closed = sum(1 for finding in findings if finding["status"] == "已销号")
    summary = (
        f"验收清单共 {len(items)} 项，合格 {good} 项，经签字免除 {waived} 项；"
        f"发现问题 {len(findings)} 个，已销号 {closed} 个。"
        f"批复金额 {format_fen(money['approved_fen'])}，登记发票 {len(money['invoices'])} 张，"
        f"合计 {format_fen(money['invoiced_fen'])}，已拨付 {format_fen(money['paid_fen'])}。"
        f"验收结论：{frozen['status']}。"
    )
    return [parts.facts(pairs), parts.para(summary)]


def _basis(frozen: Facts) -> list[Flowable]:
    texts = [*frozen["basis"]["texts"], frozen["basis"]["template"]]
    if frozen["money"]["approval_reference"]:
        texts.insert(0, f"批复文件：{frozen['money']['approval_reference']}")
    lines = [parts.para(f"{n}. {text}", indent=False) for n, text in enumerate(texts, 1)]
    return [parts.heading("一、验收依据"), *lines]


def _checklist(items: Sequence[Facts]) -> list[Flowable]:
    columns = [
        Column("序", "right"),
        Column("项目", wrap=True),
        Column("必备"),
        Column("文件", "right"),
        Column("出具单位和日期", wrap=True),
        Column("结果"),
        Column("查验人"),
        Column("说明", wrap=True),
    ]
    rows = [
        [
            str(item["position"]),
            item["label"],
            "必备" if item["required"] else "可缺",
            str(len(item["files"])) if item["files"] else "—",
            "\n".join(text for text in (item["issuer"], item["on"]) if text) or "—",
            _result(item),
            item["checker"] or "—",
            _remark(item),
        ]
        for item in items
    ]
    legend = "结果：合格、缺（没有）、不符（有但不对）、免除（县级签字免除，说明写原因）、未查（可缺的项目没有查验）。"
    return [parts.heading("二、验收清单"), parts.table(columns, rows), parts.definition(legend)]


def _result(item: Facts) -> str:
    if item["waived"]:
        return "免除"
    return str(item["result"] or "未查")


def _remark(item: Facts) -> str:
    texts = [item["answer"], item["remark"]]
    if item["amount_fen"] is not None:
        texts.append(f"金额 {format_fen(item['amount_fen'])}")
    if item["waived"]:
        texts.append(f"免除原因：{item['waived']}（{item['waived_by']} 签）")
    return "；".join(text for text in texts if text) or "—"


def _money(money: Facts) -> list[Flowable]:
    sums = [
        ("批复金额", format_fen(money["approved_fen"])),
        ("批复文号", money["approval_reference"] or "—"),
        ("发票合计", format_fen(money["invoiced_fen"])),
        ("其中税额", format_fen(money["tax_fen"])),
        ("已拨付", format_fen(money["paid_fen"])),
        ("收款单位", money["payee"]),
    ]
    return [
        parts.heading("三、资金"),
        parts.facts(sums),
        parts.heading("发票", 2),
        _invoices(money),
        parts.heading("拨付", 2),
        parts.table(
            [Column("日期"), Column("付款单位、凭证", wrap=True), Column("金额（元）", "right")],
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


def _equipment(things: Sequence[Facts]) -> list[Flowable]:
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
    return [
        parts.heading("四、设备"),
        parts.table(columns, rows, total=total if rows else None, empty="没有登记设备清单"),
    ]


def _operation(operation: Facts) -> list[Flowable]:
    head = parts.heading("五、试运行")
    if not operation["rows"]:
        return [head, parts.para("签发本报告时还没有试运行满一天。")]
    period = f"试运行：{operation['first']} 至 {operation['last']}，首尾两天都算在内。"
    columns = [Column("指标"), Column("数字", "right"), Column("口径", wrap=True)]
    return [head, parts.para(period, indent=False), parts.table(columns, operation["rows"])]


def _findings(findings: Sequence[Facts]) -> list[Flowable]:
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
    return [parts.heading("六、问题与整改"), parts.table(columns, rows, empty="现场没有发现问题")]


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


def _photos(photos: Sequence[Facts], load_photo: LoadPhoto) -> list[Flowable]:
    head = parts.heading("七、照片")
    if not photos:
        return [head, parts.para("没有照片。")]
    grid = [(load_photo(photo["sha256"]), f"{n}. {_caption(photo)}") for n, photo in enumerate(photos, 1)]
    note = "时间和位置由拍摄的手机写入照片，登记时原样保存；手机没有写的，照实注明“无时间”“无位置”。"
    rows = [parts.photo_grid(grid[n : n + 2]) for n in range(0, len(grid), 2)]  # row by row, so that pages fill up
    return [head, *rows, parts.definition(note)]


def _caption(photo: Facts) -> str:
    where = f"北纬 {photo['lat']} 东经 {photo['lon']}" if photo["lat"] else "无位置"
    return f"{photo['caption']}\n{photo['taken'] or '无时间'} · {where}"


def _opinions(decisions: Sequence[Facts]) -> list[Flowable]:
    roles = ["乡镇人民政府", "县级主管部门"] + (["第三方机构"] if any(row["third_party"] for row in decisions) else [])
    blocks = [parts.facts(_opinion(row)) for row in decisions]
    signing = parts.keep_together([*blocks[-1:], parts.signature_lines(roles)])
    return [parts.heading("八、意见与签字"), *blocks[:-1], signing]


def _opinion(row: Facts) -> list[tuple[str, str]]:
    third = f"{row['third_party']}　{row['third_party_signer']}" if row["third_party"] else "未委托第三方"
    return [
        ("决定", row["decision"]),
        ("日期", row["on"]),
        ("意见", row["opinion"]),
        ("乡镇签字人", row["township_signer"]),
        ("县级签字人", row["bureau_signer"]),
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
    return [parts.keep_together([parts.heading("九、核验"), parts.facts(pairs, per_row=1), parts.definition(note)])]


def _yuan(fen: int) -> str:
    return format_fen(fen).replace("¥", "")
