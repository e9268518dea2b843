"""The PDF report: layout of a ``ReportDocument`` by reportlab. The same result gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    PageBreak,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from sjedd_video.notes import NO_REMARKS, Remarks
from sjedd_video.progress import CancelToken, Progress, no_progress
from sjedd_video.report import blocks
from sjedd_video.report.document import build_document
from sjedd_video.report.files import written
from sjedd_video.report.fonts import BOLD, MONO, TEXT, markup, register
from sjedd_video.report.photos import Card
from sjedd_video.report.plots import bar_drawing, curve_drawing, scale_drawing, scale_words
from sjedd_video.report.tags import Figure, Marks, Words, finish, marked
from sjedd_video.types import AnalysisResult

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
GREY, RULE = HexColor("#5a5a5a"), HexColor("#c8c8c8")
SMALL_PER_ROW, LARGE_PER_ROW, THUMBNAILS_PER_ROW, CARD_GAP = 3, 2, 6, 10
SINGLE = 0.72
"""Share of the page's width for the only picture of the first page."""
EMBEDDED = ("FONTNAME", (0, 0), (-1, -1), TEXT)
"""Tables name a font even for cells that bring their own; the default one is not embedded."""
UNBROKEN = 12
"""Rows of a table that stays on one page."""
LONGEST = 4000
"""Characters of one table cell; a cell cannot be broken over pages."""
STYLES = {
    "body": ParagraphStyle("body", fontName=TEXT, fontSize=9.5, leading=12.5, spaceAfter=4),
    "lead": ParagraphStyle("lead", fontName=TEXT, fontSize=11, leading=14, spaceAfter=4),
    "verdict": ParagraphStyle("verdict", fontName=BOLD, fontSize=16, leading=20, spaceBefore=8, spaceAfter=2),
    "heading": ParagraphStyle(
        "heading", fontName=BOLD, fontSize=10.5, leading=14, spaceBefore=8, spaceAfter=3, keepWithNext=1
    ),
    "title": ParagraphStyle("title", fontName=BOLD, fontSize=18, leading=22, spaceAfter=4),
    "section": ParagraphStyle("section", fontName=BOLD, fontSize=13.5, leading=17, spaceBefore=12, spaceAfter=4),
    "small": ParagraphStyle(
        "small", fontName=TEXT, fontSize=8, leading=10, textColor=GREY, spaceBefore=2, spaceAfter=4
    ),
    "mono": ParagraphStyle(
        "mono", fontName=MONO, fontSize=8, leading=10.5, backColor=HexColor("#f4f4f4"), spaceAfter=4
    ),
    "cell": ParagraphStyle("cell", fontName=TEXT, fontSize=9, leading=11),
    "number": ParagraphStyle("number", fontName=TEXT, fontSize=9, leading=11, alignment=TA_RIGHT),
    "name": ParagraphStyle("name", fontName=TEXT, fontSize=9, leading=11, textColor=GREY),
    "head": ParagraphStyle("head", fontName=BOLD, fontSize=8.5, leading=10.5),
    "number head": ParagraphStyle("number head", fontName=BOLD, fontSize=8.5, leading=10.5, alignment=TA_RIGHT),
    "code": ParagraphStyle("code", fontName=MONO, fontSize=8, leading=11),
    "bullet": ParagraphStyle(
        "bullet", fontName=TEXT, bulletFontName=TEXT, fontSize=9.5, leading=12.5, leftIndent=10, spaceAfter=3
    ),
}


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
        story += _section(section, first=i == 0)
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


def _section(section: blocks.Section, *, first: bool) -> list[Flowable]:
    content = [flowable for block in section.blocks for flowable in _flowables(block)]
    if first:
        anchor = Spacer(0, 0)
        anchor.bookmark = section.title
        return [anchor, *content, PageBreak()]
    heading = Words(markup(section.title, BOLD), STYLES["section"])
    heading.bookmark = section.title
    return [CondPageBreak(_room(section)), heading, *content]


def _room(section: blocks.Section) -> float:
    """Height in points that must be left on a page for the heading and the start of what follows it."""
    if any(isinstance(block, blocks.Pictures) for block in section.blocks):
        return float(95 * mm)
    return float((60 if isinstance(section.blocks[0], blocks.Grid | blocks.Facts) else 35) * mm)


def _flowables(block: blocks.Block) -> list[Flowable]:
    makers: dict[type, Callable[[Any], list[Flowable]]] = {
        blocks.Text: _text,
        blocks.Bullets: _bullets,
        blocks.Facts: _facts,
        blocks.Grid: _grid,
        blocks.Scale: _scale,
        blocks.Curves: _curves,
        blocks.Pictures: _pictures,
        blocks.Thumbnails: _thumbnails,
        blocks.Signatures: _signatures,
    }
    return makers[type(block)](block)


def _scale(scale: blocks.Scale) -> list[Flowable]:
    figure = Figure(scale_drawing(scale, WIDTH), f"Scale of bands. {scale_words(scale)}")
    return [Spacer(0, 4), figure, Spacer(0, 2)]


def _text(text: blocks.Text) -> list[Flowable]:
    style = STYLES[text.style]
    return [Words(markup(text.text, style.fontName), style)]


def _bullets(bullets: blocks.Bullets) -> list[Flowable]:
    return [Words(markup(item), STYLES["bullet"], bulletText="–") for item in bullets.items]


def _cell(text: str, style: str) -> Words:
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return Words(markup(shown, STYLES[style].fontName), STYLES[style])


def _facts(facts: blocks.Facts) -> list[Flowable]:
    rows = [[_cell(name, "name"), _cell(value, "code" if name in facts.mono else "cell")] for name, value in facts.rows]
    table = Table(rows, colWidths=[0.2 * WIDTH, 0.8 * WIDTH], style=[
        EMBEDDED, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ])  # fmt: skip
    return [table, Spacer(0, 4)]


def _grid(grid: blocks.Grid) -> list[Flowable]:
    right = grid.numeric
    rows = [[_cell(text, "number head" if i in right else "head") for i, text in enumerate(grid.header)]]
    rows += [[_cell(text, "number" if i in right else "cell") for i, text in enumerate(row)] for row in grid.rows]
    total = sum(grid.widths)
    if grid.bars:
        largest, room = max(map(abs, grid.bars)), WIDTH * grid.widths[-1] / total - 12
        rows[1:] = [[*row, bar_drawing(v, largest, room)] for row, v in zip(rows[1:], grid.bars, strict=True)]
    table = Table(rows, colWidths=[WIDTH * w / total for w in grid.widths], repeatRows=1, style=[
        EMBEDDED, ("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor("#404040")), ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ])  # fmt: skip
    return [KeepTogether(table) if len(rows) <= UNBROKEN else table, Spacer(0, 4)]


def _curves(drawn: blocks.Curves) -> list[Flowable]:
    found: list[Flowable] = []
    for curve in drawn.curves:
        figure = Figure(curve_drawing(curve, WIDTH), f"Curve over time. {curve.caption}")
        found.append(KeepTogether([Words(markup(curve.caption), STYLES["cell"]), figure]))
    return found


def _pictures(pictures: blocks.Pictures) -> list[Flowable]:
    each = LARGE_PER_ROW if pictures.large else SMALL_PER_ROW
    width = (WIDTH - (each - 1) * CARD_GAP) / each
    if pictures.large and len(pictures.pictures) == 1:
        width, each = SINGLE * WIDTH, 1
    cards = [
        [Figure(Card(p, width), f"Frame, face and heat map. {p.caption}"), Words(markup(p.caption), STYLES["small"])]
        for p in pictures.pictures
    ]
    rows = [[*cards[i : i + each], *[""] * (each - len(cards[i : i + each]))] for i in range(0, len(cards), each)]
    table = Table(rows, colWidths=[width + CARD_GAP] * each, hAlign="LEFT", style=[
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), CARD_GAP),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        EMBEDDED, ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ])  # fmt: skip
    return [table]


def _thumbnails(thumbnails: blocks.Thumbnails) -> list[Flowable]:
    width = WIDTH / THUMBNAILS_PER_ROW
    side = width - CARD_GAP
    cards = [
        [Figure(Image(io.BytesIO(jpeg), side, side), f"Face. {caption}"), Words(markup(caption), STYLES["small"])]
        for jpeg, caption in thumbnails.pictures
    ]
    each = THUMBNAILS_PER_ROW
    rows = [[*cards[i : i + each], *[""] * (each - len(cards[i : i + each]))] for i in range(0, len(cards), each)]
    table = Table(rows, colWidths=[width] * each, hAlign="LEFT", style=[
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4), EMBEDDED, ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ])  # fmt: skip
    return [table]


def _signatures(signatures: blocks.Signatures) -> list[Flowable]:
    rows = [[_cell(name, "name"), ""] for name in signatures.names]
    table = Table(rows, colWidths=[0.3 * WIDTH, 0.7 * WIDTH], rowHeights=34, style=[
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"), EMBEDDED,
        ("LINEBELOW", (1, 0), (1, -1), 0.6, HexColor("#404040")),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ])  # fmt: skip
    return [table, Spacer(0, 6)]
