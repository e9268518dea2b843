"""The HTML report: one file that asks for nothing else, for reading on a screen and with a screen reader.

No script, no font and no picture from anywhere: pictures are part of the file, and its policy tells the browser to load
nothing. All text is escaped, whoever it comes from.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth

from sjedd_video.notes import NO_REMARKS, Remarks
from sjedd_video.report import blocks
from sjedd_video.report.document import build_document
from sjedd_video.report.files import visible, written
from sjedd_video.report.fonts import BOLD, register
from sjedd_video.report.photos import jpeg, thumbnails
from sjedd_video.report.plots import bar_drawing, curve_drawing, scale_drawing, scale_words
from sjedd_video.types import AnalysisResult

WIDTH = 640.0
"""Units of a drawing's width; it is scaled to the page."""
BAR_WIDTH = 120.0
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; } h3 { font-size: 1rem; margin-bottom: .3rem; }
.verdict { font-size: 1.5rem; font-weight: 700; margin: 1rem 0 .2rem; } .lead { font-size: 1.1rem; }
.small, figcaption, footer { font-size: .85rem; opacity: .8; }
.mono, .code { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
.mono { background: #8882; padding: .4rem .6rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #8886; }
tbody th + td { overflow-wrap: anywhere; } thead th { border-bottom-width: 2px; }
tbody th { font-weight: 400; opacity: .8; width: 20%; }
.number { text-align: right; white-space: nowrap; } .wide { width: 100%; }
img { background: #fff; max-width: 100%; height: auto; display: block; }
figure { margin: .6rem 0; } .cards { display: flex; flex-wrap: wrap; gap: 1rem; }
.cards figure { flex: 1 1 14rem; max-width: 22rem; } .cards.large figure { flex-basis: 24rem; max-width: 34rem; }
.frame { position: relative; } .box { position: absolute; border: 2px solid #ffb000; outline: 1px solid #000; }
.thumbnails { display: flex; gap: .3rem; margin-top: .3rem; } .thumbnails img { width: 33%; }
.line { border-bottom: 1px solid; height: 2.2rem; } footer { margin-top: 3rem; }
@media print { body { font-size: 11pt; } figure, tr { break-inside: avoid; } }
"""
WORDS = re.compile(
    r"<text(?P<start>[^>]*?)font-family: (?P<font>[^;]+); font-size: (?P<size>[\d.]+)px(?P<rest>[^>]*)>"
    r"(?P<words>[^<]*)</text>"
)
TAGS = {"heading": "h3"}
"""Style of a text -> its element; all others are paragraphs."""


def write_html(result: AnalysisResult, path: Path, command: str = "", *, remarks: Remarks = NO_REMARKS) -> None:
    """Write the HTML report, whole or not at all.

    Args:
        result: What was found.
        path: The file.
        command: The command that makes the result again.
        remarks: What the examiner added.

    Raises:
        OutputError: It cannot be written.
    """
    text = html_text(build_document(result, command, remarks))
    with written(path) as file:
        file.write(text.encode())


def html_text(document: blocks.ReportDocument) -> str:
    """A report as HTML. The same report gives the same text."""
    register()  # drawings measure their words
    sections = "\n".join(
        f"<section><h2>{_text(section.title)}</h2>\n{''.join(map(_block, section.blocks))}</section>"
        for section in document.sections
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_text(document.heading)}</h1>\n{sections}\n</main>\n"
        f"<footer>{_text(document.author)}, {_text(document.date)}. {_text(document.exhibit_name)} SHA-256 "
        f"{_text(document.exhibit)} …</footer>\n</body>\n</html>\n"
    )


def _text(untrusted: str) -> str:
    """Text of whatever origin as HTML; lines are kept, and what hides is shown by its number."""
    return "<br>".join(escape(visible(line)) for line in untrusted.split("\n"))


def _block(block: blocks.Block) -> str:
    makers: dict[type, Callable[[Any], str]] = {
        blocks.Text: _paragraph,
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


def _paragraph(text: blocks.Text) -> str:
    tag = TAGS.get(text.style, "p")
    return f'<{tag} class="{text.style}" dir="auto">{_text(text.text)}</{tag}>\n'


def _bullets(bullets: blocks.Bullets) -> str:
    return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in bullets.items)}</ul>\n"


def _facts(facts: blocks.Facts) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_text(name)}</th><td dir="auto"{" class=code" if name in facts.mono else ""}>'
        f"{_text(value)}</td></tr>"
        for name, value in facts.rows
    )
    return f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>\n'


def _grid(grid: blocks.Grid) -> str:
    def cell(tag: str, column: int, content: str) -> str:
        return (
            f'<{tag} class="number">{content}</td>' if column in grid.numeric else f'<{tag} dir="auto">{content}</td>'
        )

    head = "".join(
        cell('th scope="col"', i, _text(name)).replace("</td>", "</th>") for i, name in enumerate(grid.header)
    )
    largest = max(map(abs, grid.bars), default=0.0)
    bars = [f"<td>{_drawing(bar_drawing(value, largest, BAR_WIDTH), f'{value:+.2f}')}</td>" for value in grid.bars] or [
        ""
    ] * len(grid.rows)
    rows = "".join(
        f"<tr>{''.join(cell('td', i, _text(value)) for i, value in enumerate(row))}{bar}</tr>"
        for row, bar in zip(grid.rows, bars, strict=True)
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n'


def _scale(scale: blocks.Scale) -> str:
    drawn = _drawing(scale_drawing(scale, WIDTH), f"Scale of bands. {scale_words(scale)}", "wide")
    return f"<figure>{drawn}</figure>\n"


def _curves(drawn: blocks.Curves) -> str:
    return "".join(
        f"<figure><figcaption>{_text(curve.caption)}</figcaption>"
        f"{_drawing(curve_drawing(curve, WIDTH), f'Curve over time. {curve.caption}', 'wide')}</figure>\n"
        for curve in drawn.curves
    )


def _pictures(pictures: blocks.Pictures) -> str:
    cards = "".join(_card(picture) for picture in pictures.pictures)
    return f'<div class="cards{" large" if pictures.large else ""}">{cards}</div>\n'


def _card(picture: blocks.Picture) -> str:
    exhibit = picture.exhibit
    height, width = exhibit.frame.shape[:2]
    box = [float(v) * exhibit.frame_scale for v in exhibit.score.observation.detection.box]
    x0, y0, x1, y1 = max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height)
    place = (
        f"left:{100 * x0 / width:.2f}%;top:{100 * y0 / height:.2f}%;"
        f"width:{100 * (x1 - x0) / width:.2f}%;height:{100 * (y1 - y0) / height:.2f}%"
    )
    frame = _image(jpeg(exhibit.frame), "image/jpeg", f"Frame, face and heat map. {picture.caption}")
    small = "".join(_image(jpeg(image), "image/jpeg", "") for image in thumbnails(exhibit))
    return (
        f'<figure><div class="frame">{frame}<div class="box" style="{place}"></div></div>'
        f'<div class="thumbnails">{small}</div><figcaption>{_text(picture.caption)}</figcaption></figure>'
    )


def _thumbnails(thumbnails: blocks.Thumbnails) -> str:
    cards = "".join(
        f"<figure>{_image(data, 'image/jpeg', f'Face. {caption}')}<figcaption>{_text(caption)}</figcaption></figure>"
        for data, caption in thumbnails.pictures
    )
    return f'<div class="cards">{cards}</div>\n'


def _signatures(signatures: blocks.Signatures) -> str:
    rows = "".join(f'<tr><th scope="row">{_text(name)}</th><td class="line"></td></tr>' for name in signatures.names)
    return f"<table><tbody>{rows}</tbody></table>\n"


def _drawing(drawing: Any, alternative: str, role: str = "") -> str:
    """A drawing as a picture of its own: nothing in it can reach the page, and it runs nothing."""
    from reportlab.graphics import renderSVG

    return _image(WORDS.sub(_fitted, renderSVG.drawToString(drawing)).encode(), "image/svg+xml", alternative, role)


def _fitted(match: re.Match[str]) -> str:
    """A text of a drawing in the reader's font, as wide as in the font for which its place was reckoned."""
    width = stringWidth(unescape(match["words"]), match["font"], float(match["size"]))
    weight = "bold" if match["font"] == BOLD else "normal"
    return (
        f'<text textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"{match["start"]}font-family: sans-serif; '
        f"font-weight: {weight}; font-size: {match['size']}px{match['rest']}>{match['words']}</text>"
    )


def _image(data: bytes, kind: str, alternative: str, role: str = "") -> str:
    content = base64.b64encode(data).decode()
    return f'<img class="{role}" alt="{escape(visible(alternative))}" src="data:{kind};base64,{content}">'
