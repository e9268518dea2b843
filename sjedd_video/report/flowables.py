"""The blocks of a report as reportlab's flowables, which it places on pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Image, KeepTogether, PageBreak, Spacer, Table

from sjedd_video.report import blocks
from sjedd_video.report.fonts import BOLD, MONO, TEXT, markup
from sjedd_video.report.photos import Card
from sjedd_video.report.plots import bar_drawing, curve_drawing, scale_drawing, scale_words
from sjedd_video.report.tags import Figure, Words

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


def flowables(section: blocks.Section, *, first: bool) -> list[Flowable]:
    """A section laid out; the first one is a page of its own, without heading."""
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
    table = Table(_in_rows(cards, each), colWidths=[width + CARD_GAP] * each, hAlign="LEFT", style=[
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
    table = Table(_in_rows(cards, THUMBNAILS_PER_ROW), colWidths=[width] * THUMBNAILS_PER_ROW, hAlign="LEFT", style=[
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4), EMBEDDED, ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ])  # fmt: skip
    return [table]


def _in_rows(cards: list[list[Flowable]], each: int) -> list[list[Any]]:
    """Cards in rows of ``each``; the last row is filled up."""
    cells: list[Any] = [*cards, *[""] * (-len(cards) % each)]
    return [cells[i : i + each] for i in range(0, len(cells), each)]


def _signatures(signatures: blocks.Signatures) -> list[Flowable]:
    rows = [[_cell(name, "name"), ""] for name in signatures.names]
    table = Table(rows, colWidths=[0.3 * WIDTH, 0.7 * WIDTH], rowHeights=34, style=[
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"), EMBEDDED,
        ("LINEBELOW", (1, 0), (1, -1), 0.6, HexColor("#404040")),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ])  # fmt: skip
    return [table, Spacer(0, 6)]
