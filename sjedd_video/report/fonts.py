"""Fonts of the PDF, all embedded: Source Sans 3 and Source Code Pro, and Kurinto Sans for the scripts of the world.

The files are read as data out of the ``weblate-fonts`` distribution (SIL Open Font License 1.1). A character that no
font has is shown by its number, never as an empty box. Scripts written from right to left are put into display order
line by line, with joined Arabic letters; the scripts of South Asia are shown without their ligatures.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from sjedd_video.report.files import escaped, visible

TEXT, BOLD, ITALIC, MONO = "SourceSans3-Regular", "SourceSans3-Bold", "SourceSans3-It", "SourceCodePro-Regular"
FOLDERS = {"SourceSans3": "source-sans", "SourceCodePro": "source-code"}
WORLD = "KurintoSans-Rg"
HAN = ("KurintoSansSC-Rg", "KurintoSansTC-Rg", "KurintoSansJP-Rg", "KurintoSansKR-Rg")
JAPANESE = (HAN[2], HAN[0], HAN[1], HAN[3])
KOREAN = (HAN[3], HAN[1], HAN[0], HAN[2])
RIGHT_TO_LEFT = frozenset({"R", "AL"})


def register() -> None:
    """Prepare reportlab: make the main fonts known to it, with bold and italic."""
    rl_config.useA85 = 0  # binary streams: a fifth smaller, and no slow text encoding of every picture
    for name in (TEXT, BOLD, ITALIC, MONO):
        _glyphs(name)
    pdfmetrics.registerFontFamily(TEXT, normal=TEXT, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


@cache
def _glyphs(name: str) -> Any:
    """Code point -> glyph of a font, which is registered."""
    folder = FOLDERS.get(name.partition("-")[0], "kurinto")
    path = files("weblate_fonts") / "static" / "weblate_fonts" / folder / "ttf" / f"{name}.ttf"
    font = TTFont(name, str(path), shapable=False)
    pdfmetrics.registerFont(font)
    return font.face.charToGlyph


def markup(text: str, font: str = TEXT) -> str:
    """Text as reportlab markup in ``font``, with other fonts for the characters it lacks.

    Args:
        text: Any text; lines are kept, and nothing in it is taken for markup.
        font: Name of the font of everything it has.
    """
    return "<br/>".join(_line(line, font) for line in text.split("\n"))


def _line(text: str, font: str) -> str:
    runs = font_runs(text, font)
    return "".join(escape(run) if name == font else f'<font name="{name}">{escape(run)}</font>' for name, run in runs)


def font_runs(text: str, font: str) -> list[tuple[str, str]]:
    """One line in display order as runs of (font name, text). A number is not parted from its percent sign."""
    shown = _display_order(unicodedata.normalize("NFC", visible(text))).replace(" %", "\N{NO-BREAK SPACE}%")
    chain = (
        (font, TEXT, WORLD, *_han(shown)) if not _has(shown, "HIRAGANA", "KATAKANA") else (font, TEXT, *JAPANESE, WORLD)
    )
    pieces = [_piece(c, chain) for c in shown]
    return [(name, "".join(c for _, c in run)) for name, run in groupby(pieces, key=lambda piece: piece[0])]


def _piece(character: str, chain: tuple[str, ...]) -> tuple[str, str]:
    code = ord(character)
    name = next((name for name in chain if code in _glyphs(name)), None)
    return (chain[0], escaped(character)) if name is None else (name, character)


def _han(text: str) -> tuple[str, ...]:
    return KOREAN if _has(text, "HANGUL") else HAN


def _has(text: str, *scripts: str) -> bool:
    return not text.isascii() and any(unicodedata.name(c, "").startswith(scripts) for c in text)


def _display_order(text: str) -> str:
    if text.isascii() or not any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in text):
        return text
    from arabic_reshaper import reshape  # type: ignore[import-untyped]
    from bidi import get_display  # type: ignore[import-untyped]

    return str(get_display(reshape(text)))
