"""The county's runs of a day: what waits, what is proposed, what stays behind and why."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock, jobs, uploads
from app.core.access import SYSTEM, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.core.jobs import JobStatus
from app.flows import counter
from app.flows.plan_runs import plan_runs, start_planning
from logistics import service
from logistics.errors import PlanningFailed, RunNotFit
from logistics.models import Parcel, ParcelStatus, Run, RunStatus, Tier
from logistics.rules.limits import limits
from logistics.seed import seed_fleet, seed_year
from logistics.service import Manifest
from stations.models import Station
from tests.core.paper import text_of
from tests.factories import logistics as make


@pytest.fixture
def fleet(net: make.Network) -> None:
    make.create_vehicle(tier=Tier.TOWNSHIP, capacity_parcels=500, fuel_fen_per_km=145, toll_fen=2000)
    for _ in range(3):
        make.create_vehicle()


def plan(**more: Any) -> Any:
    facts = {"actor": SYSTEM, "day": clock.today(), "seconds": 10, "iterations": 300}
    return plan_runs(**(facts | more))


def stops_of(run: Run) -> dict[str, tuple[int, int]]:
    return {stop.station_name: (stop.deliver_count, stop.collect_count) for stop in run.stops}


@pytest.mark.usefixtures("fleet")
def test_every_waiting_parcel_rides_on_both_tiers(net: make.Network) -> None:
    for village, number in ((net.village, 3), (net.second_village, 2), (net.other_village, 1)):
        for _ in range(number):
            make.create_parcel(village)
    counter.send_many(actor=SYSTEM, sendings=[make.sending(station_id=net.village.id)])
    result = plan()
    vans = [run for run in result.runs if run.tier is Tier.VILLAGE]
    trucks = [run for run in result.runs if run.tier is Tier.TOWNSHIP]
    served = {name: counts for run in vans for name, counts in stops_of(run).items()}
    assert served == {net.village.name: (3, 1), net.second_village.name: (2, 0), net.other_village.name: (1, 0)}
    assert (sum(r.deliver_count for r in trucks), sum(r.collect_count for r in trucks)) == (6, 1)
    assert all(run.status is RunStatus.PLANNED and run.plan_seed == 1 and run.distance_m for run in result.runs)
    facts = result.to_dict()
    assert (facts["parcels_down"], facts["parcels_up"], facts["villages"], facts["left"]) == (6, 1, 3, [])
    for run in result.runs:
        assert run.cost_fen == run.fuel_fen + run.toll_fen
        assert [s.planned_at for s in run.stops] == sorted(s.planned_at for s in run.stops if s.planned_at)


@pytest.mark.usefixtures("fleet")
def test_nothing_waits_nothing_is_planned(net: make.Network) -> None:
    result = plan()
    assert result.to_dict()["runs"] == 0
    assert "没有等着运的包裹" in result.message


@pytest.mark.usefixtures("fleet")
def test_planning_again_replaces_proposals_and_the_same_seed_gives_the_same_plan(net: make.Network) -> None:
    for village in (net.village, net.second_village, net.other_village):
        make.create_parcel(village)
    first, second = plan().to_dict(), plan().to_dict()
    assert first["routes"] == second["routes"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == second["runs"]


@pytest.mark.usefixtures("fleet")
def test_confirmed_runs_are_not_planned_over(net: make.Network) -> None:
    make.create_parcel(net.village)
    result = plan()
    service.confirm_runs(actor=SYSTEM, run_ids=[run.id for run in result.runs])
    with pytest.raises(PlanningFailed, match="已经排定"):
        plan()


@pytest.mark.usefixtures("fleet")
def test_what_is_planned_is_driven(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    result = plan()
    ids = [run.id for run in result.runs]
    service.confirm_runs(actor=SYSTEM, run_ids=ids)
    service.start_runs(actor=SYSTEM, run_ids=ids)
    van = next(run for run in result.runs if run.tier is Tier.VILLAGE)
    truck = next(run for run in result.runs if run.tier is Tier.TOWNSHIP)
    assert parcel.township_station_id == van.start_station_id
    for sender, receiver, run in (
        (net.hub.id, van.start_station_id, truck),
        (van.start_station_id, net.village.id, van),
    ):
        manifest = Manifest(sender, receiver, (parcel.id,), run.id)
        (handover,) = service.send_manifests(actor=SYSTEM, manifests=[manifest])
        assert parcel.run_id == run.id
        service.receive_manifests(actor=SYSTEM, receipts=[service.Receipt(handover)])
    service.finish_runs(actor=SYSTEM, run_ids=ids)
    assert (parcel.status, van.status, van.stops[0].arrived_at is not None) == (
        ParcelStatus.AT_VILLAGE,
        RunStatus.DONE,
        True,
    )
    with pytest.raises(RunNotFit):
        service.send_manifests(
            actor=SYSTEM,
            manifests=[Manifest(net.hub.id, net.town.id, (make.create_parcel(net.village).id,), truck.id)],
        )


@pytest.mark.usefixtures("fleet")
def test_places_that_cannot_be_served_are_named_and_the_rest_is_planned(net: make.Network) -> None:
    make.create_parcel(net.village)
    make.create_parcel(net.second_village)
    lose_position(net.second_village)
    result = plan()
    assert result.left == ("渤海村服务点：没有位置，包裹先不运。",)
    assert {name for run in result.runs for name in stops_of(run)} >= {net.village.name}


@command
def lose_position(station: Station) -> None:
    found = db.session.get_one(Station, station.id)
    found.lon = found.lat = found.division.lon = found.division.lat = None


@pytest.mark.usefixtures("fleet")
def test_a_village_with_more_than_a_van_holds_is_named(net: make.Network) -> None:
    service.register_arrivals(actor=SYSTEM, rows=[make.arrival(net.village) for _ in range(81)])
    result = plan()
    assert result.runs == ()
    assert "81 件，一辆支线车装不下" in result.left[0]


def test_without_vehicles_the_reason_is_said(net: make.Network) -> None:
    make.create_parcel(net.village)
    with pytest.raises(PlanningFailed, match="没有干线车可用"):
        plan()


@pytest.mark.usefixtures("fleet")
def test_what_lies_at_a_township_rides_only_on_the_van(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    make.carry(net.hub, net.town, parcel)
    result = plan()
    van = next(run for run in result.runs if run.tier is Tier.VILLAGE)
    if van.start_station_id == net.town.id:
        assert (van.deliver_count, result.left) == (1, ())
    else:
        assert "请就近转交" in result.left[0]


@pytest.mark.usefixtures("fleet")
def test_runs_that_are_too_long_for_a_day_are_divided(net: make.Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for village in (net.village, net.second_village, net.other_village):
        make.create_parcel(village)
    for _ in range(3):
        make.create_vehicle()
    few = len([run for run in plan().runs if run.tier is Tier.VILLAGE])
    short = dataclasses.replace(limits(), working_day=timedelta(minutes=20))
    monkeypatch.setattr("app.flows.plan_runs.plans.limits", lambda: short)
    result = plan()
    vans = [run for run in result.runs if run.tier is Tier.VILLAGE]
    assert len(vans) == 3 > few
    assert any("小时，请分给两辆车" in words for words in result.left)  # the truck can't be shorter


def test_only_the_dispatcher_plans(net: make.Network) -> None:
    with pytest.raises(Forbidden):
        plan(actor=net.manager)


@pytest.mark.usefixtures("fleet")
def test_as_a_job_it_leaves_the_run_sheets(net: make.Network, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make.create_parcel(net.village)
    request_id = new_id()
    started = [start_planning(actor=net.admin, request_id=request_id, day=clock.today(), seconds=1) for _ in range(2)]
    assert started[0].id == started[1].id
    job = jobs.get_job(net.admin, started[0].id)
    assert (job.status, job.message) == (JobStatus.DONE, "")
    assert job.result is not None
    assert net.village.name in text_of(uploads.open_bytes(job.result))


def test_a_job_that_cannot_plan_says_why(net: make.Network) -> None:
    job = start_planning(actor=net.admin, request_id=None, day=clock.today(), seconds=1)
    job = jobs.get_job(net.admin, job.id)
    assert (job.status, job.message) == (JobStatus.FAILED, "没有等着运的包裹，今天不用排班。")


def test_the_map_of_a_plan_names_its_stations(net: make.Network, at: Any) -> None:
    make.create_vehicle(tier=Tier.TOWNSHIP)
    make.create_vehicle()
    make.create_parcel(net.village)
    plan()
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)
    page = browser.get("/runs").text
    assert "<svg" in page
    assert net.village.name in page[page.index("<svg") : page.index("</svg>")]
    assert "趟等您确认" in page
    assert browser.post(f"/runs/confirm?day={clock.today().isoformat()}").status_code == 303
    assert {run.status for run in service.list_runs(SYSTEM, clock.today())} == {RunStatus.CONFIRMED}
    assert browser.post("/runs/plan", data={"day": "", "seconds": "10"}).status_code == 422


def test_the_seed_moves_parcels_through_the_real_services_once(net: make.Network) -> None:
    seed_fleet(SYSTEM)
    assert len(seed_fleet(SYSTEM)) == len(service.list_vehicles(net.hub.division_code))
    facts = {"start": date(2026, 10, 1), "end": date(2026, 10, 25), "seed": 3, "down": 60, "up": 12}
    made = seed_year(SYSTEM, **facts)
    assert made is not None
    assert (made.down, made.up) == (60, 12)
    assert seed_year(SYSTEM, **facts) is None
    statuses = set(db.session.scalars(sa.select(Parcel.status)))
    assert statuses <= set(ParcelStatus) - {ParcelStatus.LOST, ParcelStatus.RETURNED}
    assert {ParcelStatus.PICKED_UP, ParcelStatus.DISPATCHED} <= statuses
