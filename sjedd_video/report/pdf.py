"""The PDF report: pages of a ``ReportDocument`` by reportlab. The same result gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate

from sjedd_video.notes import NO_REMARKS, Remarks
from sjedd_video.progress import CancelToken, Progress, no_progress
from sjedd_video.report import blocks
from sjedd_video.report.document import build_document
from sjedd_video.report.files import written
from sjedd_video.report.flowables import GREY, MARGIN, RULE, STYLES, flowables
from sjedd_video.report.fonts import TEXT, register
from sjedd_video.report.tags import Marks, Words, finish, marked
from sjedd_video.types import AnalysisResult


def write_pdf(
    result: AnalysisResult,
    path: Path,
    command: str = "",
    *,
    remarks: Remarks = NO_REMARKS,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> None:
    """Write the PDF report, whole or not at all.

    Args:
        result: What was found.
        path: The file.
        command: The command that makes the result again.
        remarks: What the examiner added.
        progress: Told of the stage ``report``, in pieces of the report.
        cancel: Stops between two pieces; nothing is written then.

    Raises:
        OutputError: It cannot be written.
        Cancelled: ``cancel`` was set.
    """
    register()
    document = build_document(result, command, remarks)
    with written(path) as file:
        render(document, file, progress, cancel)


def render(
    document: blocks.ReportDocument,
    file: BinaryIO,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> None:
    """Lay out ``document`` as PDF into ``file``, see ``write_pdf``."""
    story: list[Flowable] = [Words(document.heading, STYLES["title"])]
    for i, section in enumerate(document.sections):
        story += flowables(section, first=i == 0)
    template = _Template(
        file, pagesize=A4, leftMargin=MARGIN - 6, rightMargin=MARGIN - 6, topMargin=15 * mm,
        bottomMargin=18 * mm, invariant=1,
        title=document.title, subject=document.subject, author=document.author, creator=document.author, lang="en",
        keywords=f"video forensics, exhibit {document.exhibit}",
    )  # fmt: skip
    pieces = len(story)

    def tell(what: str, value: Any) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        if what == "PROGRESS":
            progress("report", min(int(value), pieces), pieces)

    template.setProgressCallBack(tell)
    footer = partial(_footer, document)
    template.build(story, onFirstPage=footer, onLaterPages=footer, canvasmaker=partial(_Canvas, date=document.date))


class _Canvas(Canvas):  # type: ignore[misc]
    """Fills in the number of pages and the structure at the end; starts with a font that is embedded."""

    def __init__(self, *args: Any, date: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initialFontName": TEXT})
        self.marks = Marks()
        # The date of the analysis, not that of the writing: the same result gives the same bytes.
        self._doc._timeStamp.YMDhms = tuple(datetime.fromisoformat(date).astimezone(UTC).timetuple())[:6]

    def save(self) -> None:
        pages = self.getPageNumber() - 1
        self.beginForm("pages")
        self.setFont(TEXT, 8)
        self.setFillColor(GREY)
        self.drawString(0, 0, str(pages))
        self.endForm()
        finish(self)
        super().save()


class _Template(SimpleDocTemplate):  # type: ignore[misc]
    """Adds bookmarks."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (a name of reportlab)
        title = getattr(flowable, "bookmark", None)
        if title is not None:
            self.canv.bookmarkPage(title)
            self.canv.addOutlineEntry(title, title, level=0)


def _footer(document: blocks.ReportDocument, canvas: Canvas, _template: Any) -> None:
    canvas.setViewerPreference("DisplayDocTitle", "true")
    with marked(canvas, ""):
        _furniture(document, canvas)


def _furniture(document: blocks.ReportDocument, canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 13 * mm, A4[0] - MARGIN, 13 * mm)
    canvas.setFont(TEXT, 8)
    canvas.setFillColor(GREY)
    canvas.drawString(MARGIN, 9 * mm, f"{document.author}    {document.exhibit_name} SHA-256 {document.exhibit} …")
    canvas.drawRightString(A4[0] - MARGIN - 12, 9 * mm, f"Page {canvas.getPageNumber()} of ")
    canvas.translate(A4[0] - MARGIN - 11, 9 * mm)
    canvas.doForm("pages")
    canvas.restoreState()
