"""How far a case of the desktop app is, in the form of the record of a scan, for the commands that read cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

import sjedd_video
from sjedd_video.case_tables import Item, Run
from sjedd_video.options import AnalysisOptions
from sjedd_video.store import CaseStore

PROGRAM = "sjedd-gui"


def write_record(store: CaseStore, options: AnalysisOptions) -> None:
    """Store the record; that of a scan is kept beside it.

    Raises:
        OutputError: The database does not take it.
    """
    from sjedd_video.evidence import environment

    now = datetime.now(UTC).isoformat(timespec="seconds")
    number, before = _last_run(store)
    with store.session() as session:
        states = dict(session.execute(select(Item.state, func.count()).group_by(Item.state)).all())
    total = sum(states.values())
    store.save_run(
        {
            "state": "stopped" if states.get("queued") else "finished",
            "program": {"name": PROGRAM, "version": sjedd_video.__version__},
            "command": PROGRAM,
            "request": before.get("request") or {"search": {"paths": ["files opened in the desktop app"]},
                                                 "options": options.model_dump(mode="json")},
            "home": None, "started": before.get("started", now), "finished": now,
            "options_key": None, "model": before.get("model"), "environment": environment(),
            "counts": {"found": total, "skipped": len(store.skipped())},
            "summary_sha256": {"summary.csv": None},
        },
        number,
    )  # fmt: skip


def _last_run(store: CaseStore) -> tuple[int | None, dict[str, Any]]:
    """Number of the last record if the app wrote it (that of a scan is kept), and the record."""
    with store.session() as session:
        row = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one_or_none()
        record = {} if row is None else dict(json.loads(row.record))
        own = row is not None and record.get("program", {}).get("name") == PROGRAM
        return (row.id if own and row is not None else None), record
