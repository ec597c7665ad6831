"""A believable evaluation: last year's, through all three rounds, by the services that people use, a day at a time.

Papers are drawn and say what they stand for (演示文件). Request ids are derived: run again with the same arguments,
nothing changes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.core import clock, ids
from app.core.access import Actor
from stations.models.evaluation import Evaluation, EvaluationLeaf, EvaluationRectification, EvaluationReport, Round
from stations.seed.pictures import draw_scan
from stations.service import evaluation as service
from stations.service.acceptance import Incoming

# What is not full marks: (points off, why), by the leaf's key.
SELF = {
    "rules_and_supervision": ("0.5", "资金、项目、资产三个办法都有；第三季度少一次现场督导。"),
    "public_column": ("0.5", "专栏八类内容都有，资金拨付更新晚了一个月。"),
    "stations_built": ("0.5", "站点都在营业，两个村点的台账记得不全。"),
    "training": ("0.5", "人次超过计划，电话抽访有两个号码停机。"),
    "delivery_cost": ("1", "两日送达率 88 %，比目标低 2 个百分点。"),
    "products_and_brand": ("1", "培育产品够数，区域公用品牌还在申请。"),
    "online_retail": ("2", "增速高于上年，低于全国农村平均。"),
    "income": ("0.5", "带动农户有名单和金额，脱贫户占比没有单独统计。"),
    "good_practice": ("1.5", "市里开过现场会。"),
    "commendation": ("2", "省里通报表扬一次。"),
}
COUNTY = {
    "plan_and_ledger": ("0.5", "抽查三个项目，一个的责任人没有更新。"),
    "equipment_and_sign": ("0.5", "抽查五个站，一个站的冷柜标签脱落。"),
    "training": ("1", "抽访 20 人，两人说没参加，名单要核。"),
    "upstream_sales": ("1", "经站点销售的台账只到乡镇，没有到村。"),
}
PROVINCE = {"stations_built": ("1", "省里抽查六个站，一个当天没有开门。")}
SAYS = "对照标准逐条核过，材料齐全。"
LINKS = {
    "plan_and_ledger": ("建设计划完成情况", "/stations/plan"),
    "rules_and_supervision": ("组织管理台账", "/stations/organisation"),
    "public_column": ("信息公开专栏", "/publicity"),
    "approval": ("站点验收", "/stations/acceptances"),
    "stations_built": ("站点名单", "/stations"),
    "training": ("培训台账", "/training"),
    "township_coverage": ("覆盖统计", "/stations/coverage"),
    "village_coverage": ("覆盖统计", "/stations/coverage"),
    "three_level_delivery": ("班车线路", "/runs"),
    "upstream_sales": ("代卖台账", "/trade"),
}
PAPERS = {
    "mechanism": "领导小组文件和会议纪要",
    "contractor_choice": "中标通知书和合同",
    "files_and_audit": "专项审计报告",
    "funds_in_place": "资金下达文件和到账凭证",
}
PROBLEMS = (
    ("training", "培训名单里两人说没有参加", "签到由别人代签", "核对名单，以后签到拍照；补做一次电话核实"),
    ("equipment_and_sign", "一个站的冷柜资产标签脱落", "标签纸受潮", "换成防水标签，逐站检查一遍"),
)


def seed_evaluation(actor_hub: Actor, actor_inspector: Actor, when: datetime) -> EvaluationReport:
    """Walk the evaluation of the year before ``when`` in 45 days; one problem needs a second try.

    Returns the report that is issued after the province's round. Raises what the services raise.
    """
    walk = _Walk(actor_hub, actor_inspector, when)
    evaluation = walk.self_evaluate()
    walk.review(evaluation)
    walk.put_right(evaluation)
    return walk.province(evaluation)


@dataclass(frozen=True)
class _Walk:
    hub: Actor
    inspector: Actor
    when: datetime

    @property
    def year(self) -> int:
        return clock.local(self.when).year - 1

    def once(self, *what: object) -> UUID:
        return ids.derived_id("seed-evaluation", self.hub.scope_code, self.year, *what)

    def on(self, days: float) -> datetime:
        return self.when + timedelta(days=days)

    def self_evaluate(self) -> Evaluation:
        """The hub: open, score, put evidence in, hand on."""
        with clock.at(self.on(0)):
            evaluation = service.open_evaluation(actor=self.hub, request_id=self.once("open"), year=self.year)
        with clock.at(self.on(5)):
            for leaf in list(evaluation.leaves):
                self._evidence(leaf)
                off, why = SELF.get(leaf.key, ("0", SAYS))
                self._score(self.hub, leaf, Round.SELF, leaf.points - Decimal(off), why)
        self._hand_on(evaluation, self.hub, 8, "已按评分表逐项自评，材料附后。")
        return evaluation

    def _evidence(self, leaf: EvaluationLeaf) -> None:
        if leaf.key in LINKS:
            title, path = LINKS[leaf.key]
            service.add_link(
                actor=self.hub, request_id=self.once("link", leaf.key), leaf_id=leaf.id, title=title, path=path
            )
        if leaf.key in PAPERS:
            service.add_document(
                actor=self.hub,
                request_id=self.once("paper", leaf.key),
                leaf_id=leaf.id,
                title=PAPERS[leaf.key],
                dated_on=clock.local(self.on(-40)).date(),
                file=self._paper(PAPERS[leaf.key], self.on(-40)),
            )

    def _paper(self, title: str, at: datetime) -> Incoming:
        return Incoming.read(f"{title}.pdf", io.BytesIO(draw_scan(title, f"{self.year} 年度绩效评价", at)))

    def _score(self, actor: Actor, leaf: EvaluationLeaf, of: Round, score: Decimal, reason: str) -> None:
        service.score_leaf(
            actor=actor,
            request_id=self.once("score", of.value, leaf.key),
            leaf_id=leaf.id,
            of=of,
            score=score,
            reason=reason,
        )

    def _hand_on(self, evaluation: Evaluation, actor: Actor, day: int, opinion: str) -> None:
        with clock.at(self.on(day)):
            service.hand_on(
                actor=actor,
                request_id=self.once("hand-on", day),
                evaluation_id=evaluation.id,
                opinion=opinion,
                signer=actor.name,
                acted_on=clock.today(),
            )

    def _rescore(self, actor: Actor, evaluation: Evaluation, of: Round, changed: dict[str, tuple[str, str]]) -> None:
        """A review agrees with the round before, but for what it changes."""
        before = Round.SELF if of is Round.COUNTY else Round.COUNTY
        for leaf in list(evaluation.leaves):
            score = leaf.score(before) or Decimal(0)
            off, why = changed.get(leaf.key, ("0", ""))
            self._score(actor, leaf, of, score - Decimal(off), why)

    def review(self, evaluation: Evaluation) -> None:
        """The inspector: look again, write two problems down, hand on."""
        with clock.at(self.on(15)):
            self._rescore(self.inspector, evaluation, Round.COUNTY, COUNTY)
            for key, problem, cause, measure in PROBLEMS:
                service.add_rectification(
                    actor=self.inspector,
                    request_id=self.once("problem", key),
                    evaluation_id=evaluation.id,
                    leaf_id=next(leaf.id for leaf in evaluation.leaves if leaf.key == key),
                    problem=problem,
                    cause=cause,
                    measure=measure,
                    owner_name=self.hub.name,
                    deadline=clock.local(self.on(30)).date(),
                )
        self._hand_on(evaluation, self.inspector, 17, "复核与自评基本一致，四项扣分，两个问题限期整改。")

    def put_right(self, evaluation: Evaluation) -> None:
        """The hub: both problems; one needs a second try."""
        training, labels = list(evaluation.rectifications)
        self._rectify(training, "核对了名单，两人改记未参加。", 22)
        self._rectify(labels, "冷柜换了防水标签。", 22)
        self._recheck(training, good=False, remark="还没有补做电话核实", day=25)
        self._recheck(labels, good=True, remark="逐站查过，都贴好了", day=25)
        self._rectify(training, "补做电话核实 20 人，全部属实，记录附后。", 27)
        self._recheck(training, good=True, remark="", day=29)

    def _rectify(self, row: EvaluationRectification, result: str, day: int) -> None:
        with clock.at(self.on(day)):
            service.report_rectified(
                actor=self.hub,
                request_id=self.once("rectified", row.id, day),
                rectification_id=row.id,
                result=result,
                rectified_on=clock.today(),
                files=[self._paper("整改证明", self.on(day))],
            )

    def _recheck(self, row: EvaluationRectification, *, good: bool, remark: str, day: int) -> None:
        with clock.at(self.on(day)):
            service.recheck(
                actor=self.inspector,
                request_id=self.once("recheck", row.id, day),
                rectification_id=row.id,
                good=good,
                remark=remark,
                checked_on=clock.today(),
            )

    def province(self, evaluation: Evaluation) -> EvaluationReport:
        """The hub writes down what the province gave; the result is published, the report issued."""
        with clock.at(self.on(40)):
            self._rescore(self.hub, evaluation, Round.PROVINCE, PROVINCE)
        self._hand_on(evaluation, self.hub, 42, "省级评价组反馈的得分，照实登记。")
        with clock.at(self.on(43)):
            return service.issue_report(actor=self.hub, request_id=self.once("report"), evaluation_id=evaluation.id)
