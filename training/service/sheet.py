"""The sign-in sheet on paper: what the session is, a code to sign in by phone, and lines for those without one."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import clock, ids
from app.core.format import phone
from app.core.pdf import Column, Frame, parts, render
from stations import service as stations_service
from training.models import Attendance, SessionStatus, TrainingSession
from training.service.attendance import list_attendances

LINES = 48  # on top of who has signed already, while the session may still be signed
COLUMNS = [
    Column("序号", "right"),
    Column("姓名", weight=2),
    Column("电话", weight=2.4),
    Column("哪个村", weight=2.6),
    Column("身份", weight=1.6),
    Column("签到", weight=2),
]
TALL = " \n "  # a second line in a cell makes room for handwriting


def sign_in_sheet(session: TrainingSession, sign_in_url: str, *, lines: int = LINES) -> bytes:
    """The sheet as PDF: names that are on the list already, then ``lines`` numbered empty lines.

    A session that is over has no empty lines: then it is the list for the file. Phone numbers are masked.
    """
    listed = list_attendances(session, struck=False)
    is_over = session.status in (SessionStatus.CLOSED, SessionStatus.CANCELLED)
    rows = [*_signed(listed), *_empty(len(listed), 0 if is_over else lines)]
    body = [parts.facts(_facts(session, len(listed)))]
    if not is_over:
        body.append(parts.qr(sign_in_url, 32, f"扫码签到　签到码 {ids.grouped(session.code, 3)}"))
        body.append(parts.para(f"手机扫上面的码，或者打开 {sign_in_url} 签到；没有手机的，请在下面写。", indent=False))
    body += [
        parts.table(COLUMNS, rows),
        parts.definition("人次：每人每场计一次，同一个人两场为 2 人次、1 人。写在纸上的，请老师当天录入。"),
        parts.signature_lines(["老师", "组织单位"]),
    ]
    frame = Frame(
        title="培训签到表",
        issuer=f"{_county_name()}电子商务公共服务中心",
        issued_at=clock.now(),
    )
    return render(frame, body)


def _county_name() -> str:
    county = stations_service.county_division()
    return county.name if county else ""


def _facts(session: TrainingSession, signed: int) -> list[tuple[str, str]]:
    starts = clock.local(session.starts_at)
    return [
        ("课程", session.course_name),
        ("时间", f"{starts.year}年{starts.month}月{starts.day}日 {starts:%H:%M}"),
        ("地点", f"{stations_service.division_name(session.division_code)}　{session.place}"),
        ("老师", session.teacher),
        ("学时", str(session.hours)),
        ("已签到", f"{signed} 人"),
    ]


def _signed(listed: Sequence[Attendance]) -> list[list[str]]:
    names = {code: stations_service.division_name(code) for code in {a.trainee.division_code for a in listed}}
    return [
        [
            str(n),
            attendance.trainee.name,
            phone(attendance.trainee.phone),
            names[attendance.trainee.division_code],
            str(attendance.trainee.category.label),
            f"{clock.local(attendance.signed_at):%H:%M}",
        ]
        for n, attendance in enumerate(listed, start=1)
    ]


def _empty(after: int, lines: int) -> list[list[str]]:
    return [[str(after + n), TALL, "", "", "", ""] for n in range(1, lines + 1)]
