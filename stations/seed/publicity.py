"""Believable postings and a filled organisation register, by the services that people use.

Papers are drawn and say what they stand for (演示文件). Request ids are derived: run again with the same arguments,
nothing changes.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.core import clock, ids
from app.core.access import Actor
from stations.models.organisation import OrganisationRecord, RecordKind
from stations.models.publicity import Publicity, PublicitySubject
from stations.seed.pictures import draw_scan
from stations.service import organisation
from stations.service import publicity as service
from stations.service.acceptance import Incoming

_K = RecordKind
# kind, title, days before ``when``, place, heads, text, whether a paper goes with it
RECORDS = (
    (_K.LEADING_GROUP_DOCUMENT, "成立领导小组的通知", 330, "", None, "组长由分管副县长担任，十二个部门参加。", True),
    (_K.RULE_FUNDS, "专项资金管理办法", 320, "", None, "专账核算；验收合格后拨付；收款单位为乡镇人民政府。", True),
    (_K.RULE_PROJECTS, "项目建设管理办法", 320, "", None, "申请、踏勘、批复、建设、验收的程序和时限。", True),
    (_K.RULE_ASSETS, "资产管理办法", 318, "", None, "设备贴标签、建台账，每半年盘点一次。", True),
    (_K.MEETING, "领导小组第一次会议", 300, "县政府三楼会议室", 18, "审定实施方案和任务分工。", True),
    (_K.MEETING, "领导小组第二次会议", 110, "县政府三楼会议室", 16, "听取进度，调整两个乡镇的建设时间。", False),
    (_K.ONSITE_CHECK, "一季度现场督导", 250, "龙潭镇、麻旺镇", 5, "两个站正常营业；一个站的台账要补。", False),
    (_K.ONSITE_CHECK, "二季度现场督导", 165, "板溪镇", 4, "仓库分拣线已安装，等通电。", False),
    (_K.ONSITE_CHECK, "四季度现场督导", 40, "县级公共服务中心", 6, "查服务台账和培训签到，记录完整。", False),
)  # fmt: skip
COLUMN = (
    ("plan", "电子商务进农村综合示范工作实施方案", 315, "目标、任务、补助标准和时间安排。"),
    ("rules", "资金、项目、资产三个管理办法", 310, "办法全文。"),
    ("tender", "承办单位公开招标结果", 280, "招标公告和中标结果。"),
    ("contract", "承办合同要点", 260, "任务、价款、期限和考核办法。"),
    ("progress", "三季度建设进度", 60, "乡镇站和村点的建设、验收、运营数。"),
    ("payment", "第一批补助拨付情况", 75, "拨给各乡镇人民政府的金额和日期。"),
    ("supervision", "监督方式", 315, "受理单位：县商务主管部门，座机 023-0000 0000（演示号码）。"),
)


def seed_organisation(actor_hub: Actor, when: datetime) -> list[OrganisationRecord]:
    """Fill the register with what happened in the year before ``when``; seven of the required contents are published,
    the acceptance results are still missing. One line was wrong and is struck out.
    """
    rows = [
        _record(actor_hub, when - timedelta(days=before), n, paper, kind=kind, title=title, place=place,
                participants=heads, text=text)
        for n, (kind, title, before, place, heads, text, paper) in enumerate(RECORDS)
    ]  # fmt: skip
    rows += [
        _record(actor_hub, when - timedelta(days=before), key, True, kind=_K.PUBLIC_COLUMN, title=title, text=text,
                column_key=key)
        for key, title, before, text in COLUMN
    ]  # fmt: skip
    wrong_at = when - timedelta(days=164)
    wrong = _record(actor_hub, wrong_at, "wrong", False, kind=_K.ONSITE_CHECK, title="二季度现场督导", place="板溪镇")
    with clock.at(wrong_at + timedelta(hours=1)):
        organisation.void_record(actor=actor_hub, request_id=_once("void", when), record_id=wrong.id, reason="重复登记")
    return rows


def _record(actor: Actor, at: datetime, what: object, paper: bool, **facts: Any) -> OrganisationRecord:
    with clock.at(at):
        files = [_paper(facts["title"], at)] if paper else []
        return organisation.add_record(
            actor=actor, request_id=_once("record", what, at), dated_on=clock.today(), files=files, **facts
        )


def _once(*what: object) -> UUID:
    return ids.derived_id("seed-publicity", *what)


def _paper(title: str, at: datetime) -> Incoming:
    return Incoming.read(f"{title}.pdf", io.BytesIO(draw_scan(title, "县级公共服务中心", at)))


def seed_publicity(actor_hub: Actor, when: datetime, evaluation_id: UUID | None = None) -> list[Publicity]:
    """Three postings: subsidies a hundred days before ``when`` with an objection answered and concluded, a selection
    of products concluded without one, and the one that runs at ``when`` (the evaluation's result when its id is given)
    with an objection nobody answered yet.
    """
    return [_subsidies(actor_hub, when), _selection(actor_hub, when), _running(actor_hub, when, evaluation_id)]


def _post(actor: Actor, at: datetime, days: int, **facts: Any) -> Publicity:
    with clock.at(at):
        return service.post(
            actor=actor,
            request_id=_once("post", facts["title"], at),
            places="县政府网站信息公开专栏、县级公共服务中心、各乡镇公示栏",
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=days - 1),
            **facts,
        )


def _objection(row: Publicity, at: datetime, text: str) -> UUID:
    with clock.at(at):
        return service.raise_objection(request_id=_once("object", row.id, at), publicity_id=row.id, text=text).id


def _answer(actor: Actor, objection_id: UUID, at: datetime, text: str) -> None:
    with clock.at(at):
        service.answer_objection(
            actor=actor, request_id=_once("answer", objection_id), objection_id=objection_id, answer=text, public=True
        )


def _conclude(actor: Actor, row: Publicity, at: datetime, remark: str = "") -> None:
    with clock.at(at):
        service.conclude(actor=actor, request_id=_once("conclude", row.id), publicity_id=row.id, remark=remark)


def _subsidies(actor: Actor, when: datetime) -> Publicity:
    begun = when - timedelta(days=100)
    title = "第一批乡镇站建设补助名单公示"
    row = _post(
        actor,
        begun,
        7,
        subject=PublicitySubject.SUBSIDY_LIST,
        title=title,
        reference=f"县商务〔{clock.local(begun).year}〕22 号",
        text="经验收合格，拟向下列乡镇人民政府拨付乡镇站建设补助（演示）。\n"
        "重点乡镇每站 100,000 元，其他乡镇每站 60,000 元。\n名单见附件。",
        files=[_paper(title, begun)],
    )
    text = "名单里有一个站的冷柜我没看到，请核实是不是真的买了。"
    objection = _objection(row, begun + timedelta(days=3), text)
    told = "已到站里核对：冷柜在后间，发票、清单和标签一致。已请该站把冷柜移到前厅。"
    _answer(actor, objection, begun + timedelta(days=5), told)
    _conclude(actor, row, begun + timedelta(days=8), "名单不变。")
    return row


def _selection(actor: Actor, when: datetime) -> Publicity:
    begun = when - timedelta(days=60)
    row = _post(
        actor,
        begun,
        10,
        subject=PublicitySubject.PRODUCT_SELECTION,
        title="重点培育产品遴选结果公示",
        reference="",
        text="按公开申报、专家评审的程序，拟把茶油、苕粉、蜂蜜等 6 个产品列为今年的重点培育产品（演示）。",
    )
    _conclude(actor, row, begun + timedelta(days=11))
    return row


def _running(actor: Actor, when: datetime, evaluation_id: UUID | None) -> Publicity:
    begun = when - timedelta(days=4)
    year = clock.local(begun).year
    evaluated = evaluation_id is not None
    row = _post(
        actor,
        begun,
        10,
        subject=PublicitySubject.EVALUATION if evaluated else PublicitySubject.ACCEPTANCE,
        evaluation_id=evaluation_id,
        title=f"{year - 1} 年度绩效评价结果公示" if evaluated else f"{year} 年第二批站点验收结果公示",
        reference="",
        text="评价按自评、县级复核、省级评价三轮进行，结果公示如下（演示）。\n对结果有异议的，公示期内可以在本页提出。"
        if evaluated
        else "经现场查验和整改复验，下列站点验收合格（演示）。\n对结果有异议的，公示期内可以在本页提出。",
    )
    _objection(row, begun + timedelta(days=2), "我们村的点下午经常不开门，打分的时候看过没有？")
    return row
