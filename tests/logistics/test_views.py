"""The pages: the counter, handing over, the hub, lists, runs; and what others may not see."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.access import SYSTEM, Role
from app.core.database import db
from app.core.ids import new_id
from app.core.sheets import read_rows
from app.flows import counter
from logistics import service
from logistics.models import Handover, HandoverStatus, Parcel, ParcelStatus, Pickup, RunStatus, Tier, Vehicle
from logistics.service import HandOut, Manifest, RunPlan, StopPlan
from tests.core.paper import page_image, run, text_of
from tests.factories import accounts
from tests.factories import logistics as make

S = ParcelStatus
At = Callable[..., Any]


def titles(html: str) -> tuple[str, int]:
    found = re.search(r"<title>(.*?)</title>", html, re.S)
    return (found.group(1) if found else "", html.count("<h1"))


# -- the counter -------------------------------------------------------------------------------------


def test_one_parcel_after_the_other_on_one_page(net: make.Network, at: At) -> None:
    browser, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    for n, who in enumerate(("8812", "冉大妹", "13800008812"), 1):
        form = {"waybill_number": f"yt 000{n:05d}", "phone_tail": who, "size": "small", "request_id": new_id()}
        answer = browser.post("/parcels/take-in", data=form)
        assert answer.status_code == 303
        page = browser.get(answer.location).text
        assert f"A-{clock.today().day:02d}-{n:02d}" in page
        assert 'name="waybill_number" required type="text" value=""' in page or 'value=""' in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Parcel)) == 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"waybill_number": "", "phone_tail": "8812"}, "请扫描或输入运单号"),
        ({"waybill_number": "YT0000001", "phone_tail": ""}, "请填手机尾号或收件人姓名"),
        ({"waybill_number": "YT0000001", "phone_tail": "881"}, "请写 4 位手机尾号"),
        ({"waybill_number": "快递", "phone_tail": "8812"}, "运单号请写成"),
        ({"waybill_number": "YT0000001", "phone_tail": "8812", "cod_fen": "1.234"}, "价钱请写成"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    net: make.Network, at: At, form: dict[str, str], words: str
) -> None:
    browser, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    answer = browser.post("/parcels/take-in", data=form | {"size": "small"})
    assert answer.status_code == 422
    assert words in answer.text
    assert form["waybill_number"] in answer.text


def test_a_double_tap_takes_in_once(net: make.Network, at: At) -> None:
    browser, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    form = {"waybill_number": "YT0000777", "phone_tail": "8812", "size": "small", "request_id": str(new_id())}
    first, second = (browser.post("/parcels/take-in", data=form) for _ in range(2))
    assert first.location == second.location
    assert browser.post("/parcels/take-in", data=form | {"request_id": str(new_id())}).status_code == 422


def test_picked_up_by_code_with_the_money_on_the_button(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    parcels = [make.create_shelved(actor, net.village, cod_fen=fen) for fen in (5800, 1200)]
    answer = browser.post("/parcels/pick-up", data={"q": parcels[0].pickup_code})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "收货款 ¥70.00" in page
    assert page.count("checked") >= 2
    form = {"parcels": str(parcels[0].id), "picker": "self", "cod_fen": "7000", "request_id": str(new_id())}
    again = browser.post(answer.location, data=form)  # one tick less: another sum
    assert again.status_code == 422
    assert "收货款 ¥58.00" in again.text
    done = browser.post(answer.location, data=form | {"cod_fen": "5800"})
    assert done.status_code == 303
    assert (parcels[0].status, parcels[1].status) == (S.PICKED_UP, S.AT_VILLAGE)
    twice = browser.post(answer.location, data=form | {"cod_fen": "5800"})  # double tap
    assert twice.status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pickup)) == 1


def test_two_people_with_one_tail_are_told_apart(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    make.create_shelved(actor, net.village, person_name="王二", person_phone="13800008812")
    make.create_shelved(actor, net.village, person_name="冉大妹", person_phone="13900008812")
    answer = browser.post("/parcels/pick-up", data={"q": "8812"})
    page = browser.get(answer.location).text
    assert "请问清姓名" in page
    assert page.count(" checked") == 2  # one parcel, and who came


def test_a_name_that_two_people_share_asks_which(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    for tail in ("13800008812", "13900001234"):
        make.create_shelved(actor, net.village, person_name="王二", person_phone=tail)
    page = browser.post("/parcels/pick-up", data={"q": "王二"}).text
    assert "是哪一位" in page
    assert "1234" in page


def test_wrong_codes_lock_and_the_page_says_what_still_works(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    make.create_shelved(actor, net.village)
    answers = [browser.post("/parcels/pick-up", data={"q": "Z-01-99"}) for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * 6
    assert "还可以试 4 次" in answers[0].text
    assert "请用手机尾号或姓名找" in answers[5].text
    assert browser.post("/parcels/pick-up", data={"q": "8812"}).status_code == 303


def test_a_parcel_is_sent_and_its_slip_printed(net: make.Network, at: At) -> None:
    browser, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    form = {
        "person_name": "白世贵",
        "person_phone": "13912345678",
        "destination": "重庆市渝中区",
        "weight_kg": "2.5",
        "freight_fen": "12",
        "size": "small",
    }
    refused = browser.post("/parcels/send", data=form)
    assert refused.status_code == 422
    assert "请先当面验视" in refused.text
    answer = browser.post("/parcels/send", data=form | {"goods_checked": "y"})
    assert answer.status_code == 303
    parcel = db.session.scalars(sa.select(Parcel)).one()
    slip = browser.get(f"/parcels/{parcel.id}/slip").text
    assert "139****5678" in slip
    assert "2.5 公斤" in slip


# -- handing over --------------------------------------------------------------------------------------


def test_the_whole_way_down_in_the_browser(net: make.Network, at: At) -> None:
    parcels = [make.create_parcel(net.village) for _ in range(2)]
    for sender, receiver, giver, taker in (
        (net.hub, net.town, Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER),
        (net.town, net.village, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR),
    ):
        browser, _actor = at(sender, giver)
        assert f"发往{receiver.name}" in browser.get("/parcels/handovers").text
        page = browser.get(f"/parcels/handovers/to/{receiver.id}")
        assert "发出 2 件" in page.text
        form = {"parcels": [str(p.id) for p in parcels], "run_id": "", "request_id": str(new_id())}
        answers = [browser.post(f"/parcels/handovers/to/{receiver.id}", data=form) for _ in range(2)]
        assert [a.status_code for a in answers] == [303, 303]  # a double tap loads once
        browser, _actor = at(receiver, taker)
        handover = db.session.scalars(sa.select(Handover).where(Handover.status == HandoverStatus.SENT)).one()
        assert str(handover.id) in browser.get("/parcels/handovers").text
        form = {"parcels": [str(p.id) for p in parcels], "extra": "", "request_id": str(new_id())}
        assert browser.post(f"/parcels/handovers/{handover.id}", data=form).status_code == 303
    page = browser.get(f"/parcels/handovers/{handover.id}").text
    assert "写在包裹上" in page
    assert f"A-{clock.today().day:02d}-02" in page


def test_what_is_not_ticked_is_missing_and_cleared_up(net: make.Network, at: At) -> None:
    parcel, gone = make.create_parcel(net.village), make.create_parcel(net.village)
    (handover,) = service.send_manifests(
        actor=SYSTEM, manifests=[Manifest(net.hub.id, net.town.id, (parcel.id, gone.id))]
    )
    browser, _actor = at(net.town, Role.TOWNSHIP_MANAGER)
    browser.post(f"/parcels/handovers/{handover}", data={"parcels": [str(parcel.id)]})
    assert "短少" in browser.get("/parcels/handovers").text
    (exception,) = service.exceptions_of(gone.id)
    listed = browser.get("/parcels/exceptions").text
    assert gone.waybill_number in listed
    page = f"/parcels/exceptions/{exception.id}"
    assert browser.get(page).status_code == 200
    assert browser.post(page, data={"outcome": "lost", "note": ""}).status_code == 422
    assert browser.post(page, data={"outcome": "receiver", "note": "在车座下"}).status_code == 303
    assert gone.status is S.AT_TOWNSHIP
    assert "没有短少" in browser.get("/parcels/exceptions").text
    assert gone.waybill_number in browser.get("/parcels/exceptions?all=1").text


def test_the_hub_registers_one_or_a_list_and_gives_to_carriers(net: make.Network, at: At) -> None:
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)
    form = {"waybill_number": "YT1", "phone_tail": "8812", "village_station_id": str(net.village.id), "size": "small"}
    assert browser.post("/parcels/arrivals", data=form).status_code == 422
    assert browser.post("/parcels/arrivals", data=form | {"waybill_number": "YT100001"}).status_code == 303
    rows = (f"YT200001,{net.village.code},冉大妹,13800008812,58", f"YT200002,{net.village.code},,8812,")
    table = "\n".join(("运单号,村点编号,收件人,电话,代收货款", *rows))
    answer = browser.post("/parcels/arrivals/file", data={"file": (io.BytesIO(table.encode()), "到件.csv")})
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Parcel)) == 3
    wrong = table.replace("YT2", "YT3").replace(f"YT300002,{net.village.code}", "YT300002,999")
    answer = browser.post("/parcels/arrivals/file", data={"file": (io.BytesIO(wrong.encode()), "到件.csv")})
    assert answer.status_code == 422
    assert "第 3 行" in answer.text
    (up,) = counter.send_many(actor=SYSTEM, sendings=[make.sending(station_id=net.village.id)])
    parcel = service.get_parcel(SYSTEM, up)
    make.carry(net.village, net.town, parcel)
    make.carry(net.town, net.hub, parcel)
    assert parcel.waybill_number in browser.get("/parcels/dispatch").text
    assert browser.post("/parcels/dispatch", data={"parcels": [str(up)]}).status_code == 303
    assert parcel.status is S.DISPATCHED


# -- lists and others ------------------------------------------------------------------------------------


def test_phones_are_masked_outside_pickup(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    parcel = make.create_shelved(actor, net.village, person_phone="13812348812")
    for page in ("/parcels", f"/parcels/{parcel.id}", "/parcels/take-in", "/parcels/handovers"):
        assert "13812348812" not in browser.get(page).text, page
    assert "13812348812" in browser.get(f"/parcels/pick-up/{parcel.id}").text
    (row,) = read_rows(browser.get("/parcels/parcels.xlsx").data, "parcels.xlsx")
    assert (row["电话"], row["取件码"]) == ("138****8812", parcel.pickup_code)


def test_the_list_asks_the_database_a_fixed_number_of_times(net: make.Network, at: At) -> None:
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)

    def queries() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(db.engine.engine, "before_cursor_execute", listen)
        try:
            assert browser.get("/parcels?q=8812").status_code == 200
        finally:
            sa.event.remove(db.engine.engine, "before_cursor_execute", listen)
        return len(seen)

    make.create_parcel(net.village)
    few = queries()
    for _ in range(20):
        make.create_parcel(net.village)
    assert queries() == few


def test_others_records_are_404_and_missing_rights_403(net: make.Network, at: At) -> None:
    parcel = make.create_parcel(net.village)
    handover = make.carry(net.hub, net.town, parcel)
    shelved = make.create_shelved(net.operator, net.village)
    browser, _actor = at(net.other_village, Role.VILLAGE_OPERATOR)
    for page in (f"/parcels/{parcel.id}", f"/parcels/handovers/{handover}", f"/parcels/pick-up/{shelved.id}"):
        assert browser.get(page).status_code == 404, page
    assert browser.post(f"/parcels/{shelved.id}/return", data={"reason": "x"}).status_code == 404
    assert browser.post(f"/parcels/pick-up/{shelved.id}", data={"parcels": str(shelved.id)}).status_code == 404
    for page in ("/parcels/arrivals", "/parcels/dispatch", "/runs", "/runs/vehicles"):
        assert browser.get(page).status_code == 403, page
    browser, _actor = at(net.town, Role.TOWNSHIP_MANAGER)
    assert browser.get("/parcels/take-in").status_code == 403
    assert browser.get("/parcels?status=nonsense&day=x&township=1&station=2&page=99").status_code == 200


def test_the_official_reads_only(net: make.Network, at: At) -> None:
    parcel = make.create_parcel(net.village)
    browser, _actor = at(net.hub, Role.COUNTY_OFFICIAL)
    assert browser.get(f"/parcels/{parcel.id}").status_code == 200
    assert browser.get("/runs").status_code == 200
    assert browser.get("/parcels/handovers").status_code == 403


def test_a_parcel_is_returned_with_a_reason(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    parcel = make.create_shelved(actor, net.village)
    assert browser.post(f"/parcels/{parcel.id}/return", data={"reason": ""}).status_code == 422
    assert browser.post(f"/parcels/{parcel.id}/return", data={"reason": "收件人拒收"}).status_code == 303
    assert "收件人拒收" in browser.get(f"/parcels/{parcel.id}").text
    assert parcel.status is S.RETURNED


def test_every_page_has_a_title_of_its_own_and_one_heading(net: make.Network, at: At) -> None:
    parcel = make.create_shelved(net.operator, net.village)
    coming = make.create_parcel(net.village)
    handover = make.carry(net.hub, net.town, coming)
    browser, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    pages = [
        "",
        "/take-in",
        "/pick-up",
        f"/pick-up/{parcel.id}",
        "/send",
        "/handovers",
        "/handovers/all",
        "/exceptions",
    ]
    found = {page: titles(browser.get(f"/parcels{page}").text) for page in [*pages, f"/{parcel.id}"]}
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)
    for page in ("/arrivals", "/dispatch", f"/handovers/{handover}", f"/handovers/to/{net.town.id}"):
        found[page] = titles(browser.get(f"/parcels{page}").text)
    for page in ("/runs", "/runs/vehicles"):
        found[page] = titles(browser.get(page).text)
    assert len({title for title, _h1 in found.values()}) == len(found)
    assert {h1 for _title, h1 in found.values()} == {1}


# -- runs ----------------------------------------------------------------------------------------------


def planned_run(net: make.Network, **vehicle: Any) -> Any:
    make.create_vehicle(**vehicle)
    plan = RunPlan(Tier.VILLAGE, net.town.id, (StopPlan(net.village.id, 3, 1),), (5000, 5000))
    (run_id,) = service.propose_runs(actor=SYSTEM, day=clock.today(), plans=[plan], seed=7)
    return service.get_run(SYSTEM, run_id)


def test_the_driver_sees_own_runs_and_drives(net: make.Network, at: At) -> None:
    driver = accounts.create_user(role=Role.DRIVER, scope_code=net.hub.division_code)
    own, others = (
        planned_run(net, driver_id=driver.id, driver_name=driver.name),
        None,
    )
    service.confirm_runs(actor=SYSTEM, run_ids=[own.id])
    others = planned_run(net)
    browser, _actor = at(net.hub, Role.DRIVER)  # another driver
    assert browser.get(f"/runs/{own.id}").status_code == 404
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = driver.get_id()
    assert own.plate in browser.get("/runs").text
    assert browser.get(f"/runs/{others.id}").status_code == 404
    assert browser.post(f"/runs/{own.id}/confirm").status_code == 403
    stop = own.stops[0]
    for path in ("/start", "/start", f"/stops/{stop.id}", "/finish", "/finish"):
        answer = browser.post(f"/runs/{own.id}{path}", data={"request_id": str(new_id())})
        assert answer.status_code == 303, path
        assert browser.get(f"/runs/{own.id}").status_code == 200
    assert (own.status, stop.arrived_at is not None) == (RunStatus.DONE, True)


def test_a_run_is_not_over_before_its_parcels_are_counted(net: make.Network, at: At) -> None:
    run_ = planned_run(net)
    service.confirm_runs(actor=SYSTEM, run_ids=[run_.id])
    service.start_runs(actor=SYSTEM, run_ids=[run_.id])
    parcel = make.create_parcel(net.village)
    make.carry(net.hub, net.town, parcel)
    browser, _actor = at(net.town, Role.TOWNSHIP_MANAGER)
    assert run_.plate in browser.get(f"/parcels/handovers/to/{net.village.id}").text
    form = {"parcels": [str(parcel.id)], "run_id": str(run_.id)}
    assert browser.post(f"/parcels/handovers/to/{net.village.id}", data=form).status_code == 303
    assert parcel.run_id == run_.id
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)
    browser.post(f"/runs/{run_.id}/finish", headers={"Referer": f"http://localhost/runs/{run_.id}"})
    assert "还没有确认收货：石营村服务点" in browser.get(f"/runs/{run_.id}").text
    make_received(parcel)
    browser.post(f"/runs/{run_.id}/finish")
    assert run_.status is RunStatus.DONE


def make_received(parcel: Parcel) -> None:
    query = sa.select(Handover.id).where(Handover.status == HandoverStatus.SENT)
    service.receive_manifests(actor=SYSTEM, receipts=[service.Receipt(i) for i in db.session.scalars(query)])


def test_the_run_sheet_says_the_stops_and_its_code_opens_the_run(net: make.Network, at: At, tmp_path: Any) -> None:
    run_ = planned_run(net, driver_name="田师傅")
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)
    answer = browser.get(f"/runs/{run_.id}/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    for words in ("班车运行单", "石营村服务点", run_.plate, "田师傅", "10 公里", "合计 1 站", "司机（签字）"):
        assert words in text, words
    scanned = run("zbarimg", "-q", "--raw", str(page_image(answer.data, tmp_path)))
    assert scanned.strip() == f"http://127.0.0.1:8000/runs/{run_.id}"
    assert browser.get(scanned.strip().removeprefix("http://127.0.0.1:8000")).status_code == 200
    day = browser.get(f"/runs/sheets.pdf?day={clock.today().isoformat()}")
    assert run_.plate in text_of(day.data)
    assert browser.get("/runs/sheets.pdf?day=2020-01-01").status_code == 404


def test_vehicles_are_registered_once(net: make.Network, at: At) -> None:
    driver = accounts.create_user(role=Role.DRIVER, scope_code=net.hub.division_code, name="冉光明")
    browser, _actor = at(net.hub, Role.COUNTY_ADMIN)
    form = {
        "plate": "渝h·12345",
        "tier": "village",
        "capacity_parcels": "80",
        "capacity_kg": "600",
        "fuel_fen_per_km": "0.62",
        "driver_id": str(driver.id),
    }
    assert browser.post("/runs/vehicles", data=form).status_code == 303
    vehicle = db.session.scalars(sa.select(Vehicle)).one()
    assert (vehicle.plate, vehicle.fuel_fen_per_km, vehicle.driver_name) == ("渝H12345", 62, "冉光明")
    assert browser.post("/runs/vehicles", data=form).status_code == 422
    assert browser.post("/runs/vehicles", data=form | {"plate": "12"}).status_code == 422


def test_a_hand_out_of_what_is_gone_is_told(net: make.Network, at: At) -> None:
    browser, actor = at(net.village, Role.VILLAGE_OPERATOR)
    parcel = make.create_shelved(actor, net.village)
    counter.pick_up(actor=actor, request_id=None, hand_out=HandOut((parcel.id,)))
    form = {"parcels": str(parcel.id), "picker": "self", "cod_fen": "0"}
    answer = browser.post(f"/parcels/pick-up/{parcel.id}", data=form)
    assert answer.status_code == 422
    assert "已经被别人处理了" in answer.text
    assert browser.get(f"/parcels/pick-up/{parcel.id}").status_code == 303
