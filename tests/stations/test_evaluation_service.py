"""The walk of an evaluation: three rounds, evidence, rectification, reports; who may do what."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.core import audit, clock, documents
from app.core.access import Actor, Role
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from stations.errors import EvaluationClosed, EvaluationIncomplete
from stations.models.evaluation import EvaluationStatus, EvidenceKind, Round
from stations.models.finding import FindingStatus
from stations.service import evaluation as service
from stations.service import evaluation_report
from stations.service.acceptance import Incoming
from tests.factories import evaluation as make
from tests.factories.acceptance import HUB, INSPECTOR, OFFICIAL, TOWNSHIP, TOWNSHIP_MANAGER, paper

OTHER_COUNTY = Actor(uuid.UUID(int=9), "邻县", Role.COUNTY_ADMIN, "500243000000")
LAST_YEAR = clock.today().year - 1
pytestmark = pytest.mark.usefixtures("session")


def test_the_tree_is_copied_and_a_year_has_one_evaluation() -> None:
    evaluation = make.create_evaluation()
    (tree,) = service.trees()
    assert [(leaf.key, leaf.points) for leaf in evaluation.leaves] == [(leaf.key, leaf.points) for leaf in tree.leaves]
    assert evaluation.title == f"酉阳土家族苗族自治县 {LAST_YEAR} 年度绩效评价"
    with pytest.raises(Conflict, match="已经有了"):
        make.create_evaluation()
    with pytest.raises(InvalidInput, match="没有评分表"):
        make.create_evaluation(year=2018)
    assert make.create_evaluation(year=clock.today().year).status is EvaluationStatus.SELF


def test_the_same_request_opens_one() -> None:
    request_id = uuid.uuid4()
    assert make.create_evaluation(request_id=request_id).id == make.create_evaluation(request_id=request_id).id


def test_a_score_is_kept_as_it_is_given_and_told_in_the_trail() -> None:
    evaluation = make.create_evaluation()
    leaf = make.score(evaluation.leaves[0], score=Decimal("1.5"), reason=" 会议少一次 ")
    assert (leaf.self_score, leaf.self_reason, leaf.self_by) == (Decimal("1.5"), "会议少一次", HUB.name)
    assert audit.history(evaluation)[0].text == "自评“工作机制”：1.5 / 2 分。会议少一次"
    make.score(leaf, score=None, reason="等县府办的纪要")
    assert leaf.self_score is None
    assert leaf.self_reason == "等县府办的纪要"


@pytest.mark.parametrize(
    "facts, field",
    [({"score": Decimal(3)}, "score"), ({"score": Decimal("0.3")}, "score"), ({"reason": ""}, "reason")],
)
def test_a_wrong_score_changes_nothing(facts: dict[str, Any], field: str) -> None:
    leaf = make.create_evaluation().leaves[0]
    with pytest.raises(InvalidInput) as refused:
        make.score(leaf, **facts)
    assert refused.value.field == field
    assert leaf.self_score is None


def test_a_review_may_agree_without_a_word_but_not_differ() -> None:
    leaf = make.create_after(Round.SELF).leaves[0]
    make.score(leaf, Round.COUNTY, score=leaf.self_score, reason="")
    with pytest.raises(InvalidInput, match=r"1\.5 分不一样"):
        make.score(leaf, Round.COUNTY, score=Decimal(1), reason="")
    make.score(leaf, Round.COUNTY, score=Decimal(1), reason="纪要没有签到")
    assert leaf.self_score == Decimal("1.5")
    assert leaf.county_score == 1


@pytest.mark.parametrize("of, actor", [
    (Round.SELF, INSPECTOR), (Round.COUNTY, HUB), (Round.PROVINCE, INSPECTOR),
    *((of, who) for of in Round for who in (OFFICIAL, TOWNSHIP_MANAGER)),
])  # fmt: skip
def test_others_may_not_score(of: Round, actor: Actor) -> None:
    leaf = make.create_evaluation().leaves[0]
    with pytest.raises(Forbidden):
        make.score(leaf, of, actor=actor)


def test_a_round_is_scored_only_while_it_runs() -> None:
    evaluation = make.create_evaluation()
    with pytest.raises(EvaluationClosed, match="县级自评中"):
        make.score(evaluation.leaves[0], Round.COUNTY)
    evaluation = make.score_all(evaluation, Round.SELF)
    make.hand_on(evaluation, HUB)
    with pytest.raises(EvaluationClosed, match="县级复核中"):
        make.score(evaluation.leaves[0], Round.SELF)


def test_a_round_with_gaps_is_not_handed_on() -> None:
    evaluation = make.create_evaluation()
    for leaf in evaluation.leaves[1:]:
        make.score(leaf)
    with pytest.raises(EvaluationIncomplete, match="还有 1 项没有打分：工作机制"):
        make.hand_on(evaluation, HUB)
    make.score(evaluation.leaves[0])
    with pytest.raises(Forbidden):
        make.hand_on(evaluation, INSPECTOR)
    step = make.hand_on(evaluation, HUB)
    assert step.score == Decimal(110) - Decimal("0.5") * len(evaluation.leaves)
    assert service.get_evaluation(HUB, evaluation.id).status is EvaluationStatus.COUNTY_REVIEW


@pytest.mark.parametrize("days", [1, -400])
def test_steps_are_dated_in_order_and_not_ahead(days: int) -> None:
    evaluation = make.score_all(make.create_evaluation(), Round.SELF)
    with pytest.raises(InvalidInput) as refused:
        make.hand_on(evaluation, HUB, acted_on=clock.today() + timedelta(days=days))
    assert refused.value.field == "acted_on"


def back(evaluation: Any, actor: Actor, reason: str = "两项材料不符，请重新自评") -> Any:
    return service.send_back(
        actor=actor, request_id=None, evaluation_id=evaluation.id, reason=reason, acted_on=clock.today()
    )


def test_a_round_is_sent_back_with_a_reason_and_its_report_is_withdrawn() -> None:
    evaluation = make.create_after(Round.SELF)
    report = service.issue_report(actor=HUB, request_id=None, evaluation_id=evaluation.id)
    with pytest.raises(InvalidInput, match="原因"):
        back(evaluation, INSPECTOR, " ")
    with pytest.raises(Forbidden):
        back(evaluation, HUB)
    back(evaluation, INSPECTOR)
    assert evaluation.status is EvaluationStatus.SELF
    assert not report.is_valid
    assert report.document.withdrawn_reason == "退回修改：两项材料不符，请重新自评"
    assert make.score(evaluation.leaves[0]).self_score is not None
    with pytest.raises(EvaluationClosed):
        back(evaluation, HUB)


def test_a_review_begun_before_a_correction_is_compared_with_the_corrected_score() -> None:
    evaluation = make.create_after(Round.SELF)
    leaf = evaluation.leaves[0]
    for other in evaluation.leaves:
        make.score(other, Round.COUNTY, score=other.self_score, reason="")
    back(evaluation, INSPECTOR)
    make.score(leaf, score=Decimal(1))
    make.hand_on(evaluation, HUB)
    with pytest.raises(EvaluationIncomplete, match="还没有写理由：工作机制"):
        make.hand_on(evaluation, INSPECTOR)
    make.score(leaf, Round.COUNTY, score=Decimal(1), reason="")
    make.hand_on(evaluation, INSPECTOR)


def test_it_is_put_away_when_every_problem_is_closed() -> None:
    evaluation = make.create_after(Round.PROVINCE)
    assert evaluation.status is EvaluationStatus.PUBLISHED
    row = make.create_rectification(evaluation)
    facts = {"evaluation_id": evaluation.id, "opinion": "归档", "signer": "彭国栋", "acted_on": clock.today()}
    with pytest.raises(EvaluationIncomplete, match="督导记录缺第三季度"):
        service.close_evaluation(actor=HUB, request_id=None, **facts)
    make.put_right(row)
    recheck(row)
    service.close_evaluation(actor=HUB, request_id=None, **facts)
    assert evaluation.status is EvaluationStatus.CLOSED
    with pytest.raises(EvaluationClosed):
        make.create_rectification(evaluation)
    with pytest.raises(EvaluationClosed):
        back(evaluation, HUB)


# -- evidence --------------------------------------------------------------------------------------


def link(leaf: Any, actor: Actor = HUB, path: str = "/stations/acceptances") -> Any:
    return service.add_link(actor=actor, request_id=None, leaf_id=leaf.id, title="站点验收", path=path)


def test_evidence_is_a_link_or_a_document() -> None:
    leaf = make.create_evaluation().leaves[0]
    link(leaf)
    document = service.add_document(
        actor=HUB, request_id=None, leaf_id=leaf.id, title="", dated_on=clock.today(), file=paper("纪要")
    )
    assert [row.kind for row in leaf.evidence] == [EvidenceKind.LINK, EvidenceKind.DOCUMENT]
    assert document.title.startswith("纪要")
    service.remove_evidence(actor=HUB, request_id=None, evidence_id=document.id)
    assert [row.title for row in leaf.evidence] == ["站点验收"]
    with pytest.raises(NotFound):
        service.remove_evidence(actor=HUB, request_id=None, evidence_id=document.id)


def test_evidence_that_is_refused() -> None:
    leaf = make.create_evaluation().leaves[0]
    with pytest.raises(InvalidInput) as refused:
        link(leaf, path="https://example.com")
    assert refused.value.field == "path"
    facts = {"actor": HUB, "request_id": None, "leaf_id": leaf.id, "title": "纪要"}
    with pytest.raises(InvalidInput) as refused:
        service.add_document(**facts, dated_on=clock.today() + timedelta(days=1), file=paper())
    assert refused.value.field == "dated_on"
    fake = Incoming("纪要.pdf", "0" * 64, b"MZ no paper")
    with pytest.raises(InvalidInput) as refused:
        service.add_document(**facts, dated_on=None, file=fake)
    assert refused.value.field == "file"
    assert leaf.evidence == []


def test_the_reviewer_adds_evidence_in_the_own_round_only_and_takes_out_the_own_only() -> None:
    evaluation = make.create_evaluation()
    leaf = evaluation.leaves[0]
    of_the_hub = link(leaf)
    with pytest.raises(EvaluationClosed):
        link(leaf, INSPECTOR)
    make.hand_on(make.score_all(evaluation, Round.SELF), HUB)
    link(leaf, INSPECTOR)
    with pytest.raises(Forbidden):
        service.remove_evidence(actor=INSPECTOR, request_id=None, evidence_id=of_the_hub.id)
    with pytest.raises(Forbidden):
        link(leaf, OFFICIAL)


# -- rectification ---------------------------------------------------------------------------------


def recheck(row: Any, **overrides: Any) -> Any:
    facts = {"actor": INSPECTOR, "request_id": None, "rectification_id": row.id, "good": True, "remark": ""}
    return service.recheck(**(facts | {"checked_on": clock.today()} | overrides))


def test_a_problem_is_put_right_at_the_second_try() -> None:
    row = make.create_rectification(make.create_evaluation())
    with pytest.raises(IllegalMove):
        recheck(row)
    make.put_right(row)
    with pytest.raises(InvalidInput, match="还差什么"):
        recheck(row, good=False)
    recheck(row, good=False, remark="没有签到")
    assert row.status is FindingStatus.OPEN
    make.put_right(row, result="签到也补了")
    recheck(row)
    assert row.status is FindingStatus.CLOSED
    assert [(look.good, look.result) for look in row.rechecks] == [(False, "记录已补齐"), (True, "签到也补了")]
    assert row.proof is not None
    assert row.rechecks[-1].proof_sha256 == row.proof.sha256


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"files": []}, "file"),
        ({"files": [paper] * 2}, "file"),
        ({"rectified_on": clock.today() + timedelta(days=1)}, "rectified_on"),
        ({"rectified_on": clock.today() - timedelta(days=1)}, "rectified_on"),
    ],
)
def test_what_a_rectification_needs(facts: dict[str, Any], field: str) -> None:
    row = make.create_rectification(make.create_evaluation())
    if "files" in facts:
        facts = {"files": [made() for made in facts["files"]]}
    with pytest.raises(InvalidInput) as refused:
        make.put_right(row, **facts)
    assert refused.value.field == field
    assert row.status is FindingStatus.OPEN


def test_a_deadline_lies_ahead_and_an_indicator_belongs_here() -> None:
    evaluation = make.create_evaluation()
    with pytest.raises(InvalidInput) as refused:
        make.create_rectification(evaluation, deadline=clock.today() - timedelta(days=1))
    assert refused.value.field == "deadline"
    with pytest.raises(InvalidInput) as refused:
        make.create_rectification(evaluation, leaf_id=uuid.uuid4())
    assert refused.value.field == "leaf_id"


@pytest.mark.parametrize("actor", [OFFICIAL, TOWNSHIP_MANAGER])
def test_others_neither_write_problems_down_nor_look_again(actor: Actor) -> None:
    evaluation = make.create_evaluation()
    with pytest.raises(Forbidden):
        make.create_rectification(evaluation, actor=actor)
    row = make.put_right(make.create_rectification(evaluation))
    with pytest.raises(Forbidden):
        recheck(row, actor=actor)
    with pytest.raises(Forbidden):
        recheck(row, actor=HUB)


# -- reports ---------------------------------------------------------------------------------------


def issue(evaluation: Any) -> Any:
    return service.issue_report(actor=HUB, request_id=None, evaluation_id=evaluation.id)


def test_one_valid_report_after_each_round() -> None:
    evaluation = make.create_evaluation()
    with pytest.raises(EvaluationClosed):
        issue(evaluation)
    make.hand_on(make.score_all(evaluation, Round.SELF), HUB)
    first = issue(evaluation)
    assert first.after is Round.SELF
    assert first.document.title == f"{evaluation.title}自评报告"
    with pytest.raises(EvaluationClosed, match=first.document.number):
        issue(evaluation)
    make.hand_on(make.score_all(evaluation, Round.COUNTY), INSPECTOR)
    second = issue(evaluation)
    assert second.after is Round.COUNTY
    service.withdraw_report(actor=HUB, request_id=None, report_id=second.id, reason="改一处文字")
    assert issue(evaluation).id != second.id
    assert first.is_valid


def test_drafts_of_a_running_round_are_not_in_the_report() -> None:
    evaluation = make.create_after(Round.SELF)
    make.score(evaluation.leaves[0], Round.COUNTY, reason="复核草稿")
    report = issue(evaluation)
    assert "复核草稿" not in json.dumps(report.document.frozen, ensure_ascii=False)
    assert report.document.frozen["rounds"] == ["自评"]


def test_the_same_frozen_data_gives_the_same_bytes_and_holds_no_floats() -> None:
    evaluation = make.create_after(Round.PROVINCE)
    link(make.create_evaluation(year=LAST_YEAR - 1).leaves[0])
    row = make.put_right(make.create_rectification(evaluation))
    recheck(row, good=False, remark="没有签到")
    document = issue(evaluation).document
    frozen = json.loads(json.dumps(document.frozen))
    facts = documents.Issue(document.number, "http://127.0.0.1/verify/1", document.issued_at, document.frozen_sha256)
    first, second = (evaluation_report.build(frozen, document.title, facts) for _ in range(2))
    assert first == second
    assert documents.canonical_hash(frozen) == document.frozen_sha256
    text = json.dumps(frozen, ensure_ascii=False)
    assert not re.search(r"[:\[ ]-?\d+\.\d", re.sub(r'"[^"]*"', '""', text))


# -- scope and lists -------------------------------------------------------------------------------


def test_another_county_finds_nothing() -> None:
    evaluation = make.create_evaluation()
    row = make.create_rectification(evaluation)
    for look in (
        lambda who: service.get_evaluation(who, evaluation.id),
        lambda who: service.get_leaf(who, evaluation.leaves[0].id),
        lambda who: service.get_rectification(who, row.id),
        lambda who: service.get_score_table(who, evaluation.id),
        lambda who: make.score(evaluation.leaves[0], actor=who),
    ):
        with pytest.raises(NotFound):
            look(OTHER_COUNTY)
    with pytest.raises(NotFound):
        service.get_evaluation(TOWNSHIP_MANAGER, evaluation.id)
    assert service.list_rows(OTHER_COUNTY) == []
    assert TOWNSHIP_MANAGER.scope_code == TOWNSHIP


@pytest.mark.parametrize(
    "wanted, found",
    [({}, 1), ({"text": str(LAST_YEAR)}, 1), ({"text": "酉阳"}, 1), ({"text": "1999"}, 0),
     ({"status": EvaluationStatus.SELF}, 1), ({"status": EvaluationStatus.CLOSED}, 0)],
)  # fmt: skip
def test_the_list_is_filtered(wanted: dict[str, Any], found: int) -> None:
    evaluation = make.create_evaluation()
    make.score(evaluation.leaves[0], score=Decimal("1.5"))
    make.create_rectification(evaluation)
    rows = service.list_rows(HUB, **wanted)
    assert len(rows) == found
    if rows:
        assert rows[0][1:] == [LAST_YEAR, "县级自评中", Decimal("1.5"), None, None, 1, len(evaluation.leaves), 1]


def test_the_score_table_ends_with_its_sums() -> None:
    evaluation = make.create_after(Round.SELF)
    rows = service.table_rows(service.get_score_table(HUB, evaluation.id))
    assert len(rows) == len(evaluation.leaves) + 3
    main, bonus, whole = rows[-3:]
    assert (main[3], bonus[3], whole[3]) == (100, 10, 110)
    assert main[4] + bonus[4] == whole[4] == Decimal(110) - Decimal("0.5") * len(evaluation.leaves)
    assert whole[6] is None
