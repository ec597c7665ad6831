"""The note of a posting's result, as PDF, made from frozen data alone. No personal data of who objected."""

from __future__ import annotations

from typing import Any

from app.core import clock, ids
from app.core.documents import Issue
from app.core.pdf import Column, Frame, parts, render
from stations.models.publicity import Publicity
from stations.rules import publicity as rules

SCHEMA = "publicity-1"
Facts = dict[str, Any]


def freeze(row: Publicity, subject: str) -> Facts:
    """A concluded posting as plain data. Answers that are not public are counted, not quoted."""
    return {
        "schema": SCHEMA,
        "publicity": str(row.id),
        "issuer": row.issuer,
        "title": row.title,
        "subject": subject,
        "reference": row.reference,
        "text": row.text,
        "places": row.places,
        "starts": row.starts_on.isoformat(),
        "ends": row.ends_on.isoformat(),
        "days": rules.days_posted(row.starts_on, row.ends_on),
        "files": [{"name": file.upload.filename, "sha256": file.upload.sha256} for file in row.files],
        "objections": [
            {
                "received": clock.local(objection.received_at).date().isoformat(),
                "answered": objection.answered_on.isoformat() if objection.answered_on else "",
                "answer": objection.answer if objection.answer_public else "",
            }
            for objection in row.objections
        ],
        "conclusion": row.conclusion,
        "concluded": row.concluded_on.isoformat() if row.concluded_on else "",
        "concluded_by": row.concluded_by,
    }


def build(frozen: Facts, issue: Issue) -> bytes:
    """Unsigned PDF bytes. The same frozen data and issue give the same bytes."""
    frame = Frame(
        title="公示结果",
        issuer=frozen["issuer"],
        issued_at=issue.issued_at,
        number=ids.grouped(issue.number),
        verify_url=issue.verify_url,
    )
    pairs = [
        ("公示事项", frozen["title"]),
        ("种类", frozen["subject"]),
        ("依据", frozen["reference"] or "—"),
        ("公示地点", frozen["places"]),
        ("公示期", f"{frozen['starts']} 至 {frozen['ends']}，共 {frozen['days']} 天"),
        ("办结日期", frozen["concluded"]),
        ("经办人", frozen["concluded_by"]),
        ("收到异议", f"{len(frozen['objections'])} 件"),
    ]
    proof = [
        ("编号", ids.grouped(issue.number)),
        ("核验网址", issue.verify_url),
        ("数据指纹", f"SHA-256 {issue.frozen_sha256}"),
    ]
    return render(
        frame,
        [
            parts.facts(pairs),
            parts.heading("一、结论"),
            parts.para(frozen["conclusion"]),
            parts.heading("二、公示内容"),
            *(parts.para(line) for line in frozen["text"].splitlines() if line.strip()),
            *_files(frozen),
            parts.heading("三、异议和答复"),
            _objections(frozen),
            parts.definition("异议人的姓名和电话不公开，不列入本文件。没有公开的答复只列日期。"),
            parts.signature_lines(["经办人", "负责人"]),
            parts.keep_together([parts.heading("四、核验"), parts.facts(proof, per_row=1)]),
        ],
    )


def _files(frozen: Facts) -> list[Any]:
    if not frozen["files"]:
        return []
    rows = [[file["name"], f"SHA-256 {file['sha256'][:16]}…"] for file in frozen["files"]]
    return [parts.heading("附件", 2), parts.table([Column("文件", wrap=True), Column("文件指纹")], rows)]


def _objections(frozen: Facts) -> Any:
    columns = [Column("序"), Column("收到日期"), Column("答复日期"), Column("答复", weight=1)]
    rows = [
        [str(n), row["received"], row["answered"] or "—", row["answer"] or "（答复不公开）"]
        for n, row in enumerate(frozen["objections"], 1)
    ]
    return parts.table(columns, rows, empty="公示期内没有收到异议")
