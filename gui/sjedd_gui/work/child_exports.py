"""What the background process writes for the window: reports and clips. Without Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sjedd_video.errors import OutputError
from sjedd_video.notes import Remarks
from sjedd_video.progress import CancelToken, Progress
from sjedd_video.types import AnalysisResult


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is to be written."""

    result: AnalysisResult
    remarks: Remarks
    target: Path
    command: str


def write_export(request: dict[str, Any], cancel: CancelToken, progress: Progress) -> None:
    """Write what a request asks for; it appears whole or not at all.

    Args:
        request: ``type`` is ``report`` or ``clip``; see ``sjedd_gui.case.exports`` for the rest.
        cancel: Stops it.
        progress: Told of the stages ``read``, ``report`` and ``clip``.

    Raises:
        SjeddError: It cannot be read or written.
        Cancelled: On request.
    """
    target = Path(request["target"])
    try:
        if request["type"] == "clip":
            _clip(request, target, cancel, progress)
        else:
            _report(request, target, cancel, progress)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}."
        raise OutputError(message, "Choose another folder, or check that the disk is not full.") from error


def _report(request: dict[str, Any], target: Path, cancel: CancelToken, progress: Progress) -> None:
    from sjedd_video.case_remarks import CaseRemarks
    from sjedd_video.casework import Casework
    from sjedd_video.store import CaseStore

    progress("read", 0, 1)
    with CaseStore(Path(request["case"]), readonly=True) as store:
        result, remarks = Casework(store).load(request["item"]), CaseRemarks(store).of(request["item"])
    progress("read", 1, 1)
    cancel.raise_if_cancelled()
    writers: dict[str, Callable[[Report, CancelToken, Progress], None]] = {"pdf": _pdf, "json": _json, "csv": _csv}
    writers[request["kind"]](Report(result, remarks, target, request["command"]), cancel, progress)


def _pdf(report: Report, cancel: CancelToken, progress: Progress) -> None:
    from sjedd_video.report.pdf import write_pdf

    write_pdf(report.result, report.target, report.command, remarks=report.remarks, progress=progress, cancel=cancel)


def _json(report: Report, _cancel: CancelToken, _progress: Progress) -> None:
    from sjedd_video.report.json_ import write_json

    write_json(report.result, report.target, report.remarks)


def _csv(report: Report, _cancel: CancelToken, _progress: Progress) -> None:
    from sjedd_video.report.csv_ import write_csv

    write_csv(report.result, report.target, report.remarks)


def _clip(request: dict[str, Any], target: Path, cancel: CancelToken, progress: Progress) -> None:
    from sjedd_video.report.clip import write_clip
    from sjedd_video.store import CaseStore

    with CaseStore(Path(request["case"]), readonly=True) as store:
        entry = store.entry(request["path"])
    sha256 = "" if entry is None else entry.sha256
    path, start, end = Path(request["path"]), request["start"], request["end"]
    write_clip(path, start, end, target, sha256=sha256, progress=progress, cancel=cancel)
