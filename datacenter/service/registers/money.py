"""B1–B7: public money, over the earmarked funds of the newest year together.

What holds of a fund's account is decided by ``stations.rules.fund`` and ``stations.rules.public_money``; here are the
entries behind it, up to the last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _l

from app.core.database import db
from app.core.scope import county_of
from app.core.sheets import Column
from app.core.words import listed
from datacenter.service.registers.frame import Asked, Evidence, Indicator, Line, number, ratio, register
from stations import service as stations
from stations.models.fund import EntryKind, FundEntry, SpendingCategory, SubsidyFund
from stations.models.subsidy import Subsidy, SubsidyStatus
from stations.permissions import FUND_READ, SUBSIDY_READ
from stations.rules.public_money import SPENT, Paid
from stations.service import money

FUND, WHAT, DAY, PARTY = Column(_l("专项资金")), Column(_l("事项")), Column(_l("日期"), "date"), Column(_l("对方"))
PAPER = Column(_l("文号或凭证"))
PLANNED, ARRIVED = Column(_l("计划（元）"), "fen"), Column(_l("到账（元）"), "fen")
PAID, PURPOSE = Column(_l("支付净额（元）"), "fen"), Column(_l("用途"))


def _funds(asked: Asked) -> Sequence[SubsidyFund]:
    county = stations.get_county().code if asked.actor.everything else county_of(asked.scope_code)
    return money.funds_on(county, asked.last)


def _entries(asked: Asked, *kinds: EntryKind) -> Iterator[tuple[SubsidyFund, FundEntry]]:
    """The entries of some kinds that hold on the last day, fund by fund."""
    for fund in _funds(asked):
        for entry in money.holding_entries(fund, asked.last):
            if entry.kind in kinds:
                yield fund, entry


def _told(fund: SubsidyFund, entry: FundEntry) -> tuple[object, ...]:
    return f"{fund.name}（{fund.year}）", entry.kind.label, entry.day, entry.party_name, entry.document


def _entry(entry: FundEntry) -> Evidence:
    return Evidence("fund-entry", entry.id)


# -- arrival ---------------------------------------------------------------------------------------

ARRIVALS = (FUND, WHAT, DAY, PARTY, PAPER, PLANNED, ARRIVED)


def _planned(asked: Asked) -> Iterator[Line]:
    """What each fund was allotted, and by when it should have come."""
    for fund in _funds(asked):
        cells = (f"{fund.name}（{fund.year}）", _l("下达，最迟这天到账"), fund.due_on, None, fund.document)
        due, evidence = asked.last > fund.due_on, Evidence("fund", fund.id)
        yield Line((*cells, fund.planned_fen, None), fund.county_code, evidence=evidence, due=due)


@register("B1", *ARRIVALS, figure=ratio(6, 5), permission=FUND_READ)
def arrivals(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every fund with what was allotted, and everything that came in."""
    yield from _planned(asked)
    for fund, entry in _entries(asked, EntryKind.ARRIVED):
        yield Line((*_told(fund, entry), None, entry.amount_fen), fund.county_code, evidence=_entry(entry))


@register("B2", *ARRIVALS, figure=ratio(6, 5), counting=_l("按时"), permission=FUND_READ)
def timely_arrivals(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """The same; what came after its day doesn't count."""
    yield from _planned(asked)
    for fund, entry in _entries(asked, EntryKind.ARRIVED):
        cells = (*_told(fund, entry), None, entry.amount_fen)
        yield Line(cells, fund.county_code, counts=entry.day <= fund.due_on, evidence=_entry(entry))


# -- spending --------------------------------------------------------------------------------------


@register("B3", FUND, WHAT, DAY, PARTY, PAPER, ARRIVED, PAID, figure=ratio(6, 5), permission=FUND_READ)
def disbursement(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Everything that came in, was paid, and was clawed back (with a minus)."""
    for fund, entry in _entries(asked, EntryKind.ARRIVED, *SPENT):
        sums = (entry.amount_fen, None) if entry.kind is EntryKind.ARRIVED else (None, -entry.amount_fen)
        yield Line((*_told(fund, entry), *sums), fund.county_code, evidence=_entry(entry))


CATEGORY = Column(_l("类别"))


def _spent(asked: Asked, category: SpendingCategory) -> Iterator[tuple[tuple[object, ...], FundEntry, bool]]:
    for fund, entry in _entries(asked, *SPENT):
        label = entry.category.label if entry.category else None
        yield (*_told(fund, entry), label), entry, entry.category is category


@register(
    "B4",
    *(FUND, WHAT, DAY, PARTY, PAPER, CATEGORY, PAID),
    figure=ratio(6, 6),
    counting=_l("用于农产品上行"),
    permission=FUND_READ,
)
def upstream(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Everything spent; what went to bringing produce to town counts."""
    for cells, entry, counts in _spent(asked, SpendingCategory.UPSTREAM):
        line = (*cells, -entry.amount_fen)
        yield Line(line, entry.fund.county_code, counts=counts, evidence=_entry(entry))


@register("B4b", *(FUND, WHAT, DAY, PARTY, PAPER, PLANNED, PAID), figure=ratio(6, 5), permission=FUND_READ)
def centre(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """What the funds were allotted, and everything spent on the county centre."""
    for line in _planned(asked):
        yield Line(line.cells, line.division_code, evidence=line.evidence)
    for cells, entry, counts in _spent(asked, SpendingCategory.CENTRE):
        if counts:
            line = (*cells[:5], None, -entry.amount_fen)
            yield Line(line, entry.fund.county_code, evidence=_entry(entry))


@register(
    "B5",
    *(Column(_l("编号")), Column(_l("地方")), Column(_l("站点")), Column(_l("核定日期"), "date")),
    *(Column(_l("钱从哪来")), Column(_l("核定补助（元）"), "fen"), Column(_l("自筹和社会资金（元）"), "fen")),
    figure=ratio(6, 5),
    permission=SUBSIDY_READ,
)
def levered(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every subsidy that was not cancelled, with what others put in beside it."""
    funds = {fund.id for fund in _funds(asked)}
    for subsidy, *_more in db.session.execute(money.query_subsidies(asked.actor)):
        if subsidy.fund_id in funds and subsidy.granted_on <= asked.last and subsidy.status != SubsidyStatus.CANCELLED:
            told = (subsidy.number, subsidy.place_name, subsidy.station_name, subsidy.granted_on)
            cells = (*told, subsidy.own_source or None, subsidy.approved_fen, subsidy.own_fen)
            yield Line(cells, subsidy.division_code, evidence=Evidence("subsidy", subsidy.id))


# -- what must not happen --------------------------------------------------------------------------


def _payments(asked: Asked) -> Iterator[tuple[SubsidyFund, FundEntry, Paid]]:
    judged = {paid.id: paid for fund in _funds(asked) for paid in money.payments_of(fund.id)}
    for fund, entry in _entries(asked, EntryKind.PAID):
        if entry.id in judged:  # not taken back meanwhile
            yield fund, entry, judged[entry.id]


@register(
    "B6",
    *(FUND, DAY, PARTY, PURPOSE, Column(_l("金额（元）"), "fen"), Column(_l("触碰的条目"))),
    figure=number(_l("笔")),
    counting=_l("触碰负面清单"),
    permission=FUND_READ,
)
def forbidden(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every payment; what the negative list forbids counts."""
    for fund, entry, paid in _payments(asked):
        clauses = listed(paid.clauses) or None
        cells = (f"{fund.name}（{fund.year}）", entry.day, entry.party_name, entry.purpose, -entry.amount_fen, clauses)
        yield Line(cells, fund.county_code, counts=bool(paid.clauses), evidence=_entry(entry))


@register(
    "B7",
    *(FUND, Column(_l("站点")), PARTY, Column(_l("支付日期"), "date"), Column(_l("验收日期"), "date")),
    *(Column(_l("标准允许先付")), Column(_l("金额（元）"), "fen")),
    figure=number(_l("笔")),
    counting=_l("验收前支付"),
    permission=FUND_READ,
)
def paid_early(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every payment of a subsidy; what was paid before acceptance without the standard's leave counts."""
    payments = [one for one in _payments(asked) if one[2].is_subsidy]
    granted = _subsidies(asked, payments)
    for fund, entry, paid in payments:
        subsidy, leave = granted[entry.subsidy_id], _l("是") if paid.may_be_early else _l("否")
        told = (f"{fund.name}（{fund.year}）", subsidy.station_name, entry.party_name)
        cells = (*told, entry.day, paid.accepted_on, leave, -entry.amount_fen)
        yield Line(cells, subsidy.division_code, counts=paid.is_early, evidence=_entry(entry))


def _subsidies(asked: Asked, payments: Sequence[tuple[SubsidyFund, FundEntry, Paid]]) -> dict[object, Subsidy]:
    """The subsidies of the funds of some payments, by id."""
    funds = {fund.id for fund, _entry, _paid in payments}
    rows = db.session.execute(money.query_subsidies(asked.actor))
    return {subsidy.id: subsidy for subsidy, *_more in rows if subsidy.fund_id in funds}
