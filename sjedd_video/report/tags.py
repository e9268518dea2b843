"""Structure for readers that cannot see the page: headings, paragraphs and figures with alternative texts, in order.

reportlab writes no structure tree. What is drawn between ``begin`` and ``end`` becomes marked content, and ``finish``
writes the tree that ties the marks together (ISO 32000-1, 14.7 and 14.8).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.platypus import Flowable, Paragraph

ROLES = {"title": "H1", "verdict": "H2", "section": "H2", "heading": "H3"}
"""Style of a paragraph -> its role; all others are ``P``."""


@dataclass(slots=True)
class Marks:
    """The marks of one document in order of drawing: page (from 1), number on the page, role, alternative text."""

    entries: list[tuple[int, int, str, str]] = field(default_factory=list)

    def add(self, page: int, role: str, alternative: str) -> int:
        """Number of a new mark on ``page``."""
        last = self.entries[-1] if self.entries else (0, 0, "", "")
        number = last[1] + 1 if last[0] == page else 0
        self.entries.append((page, number, role, alternative))
        return number


@contextmanager
def marked(canvas: Any, role: str, alternative: str = "") -> Iterator[None]:
    """Mark what is drawn inside as ``role``; an empty role is decoration, which is not read out."""
    if role:
        number = canvas.marks.add(canvas.getPageNumber(), role, alternative)
        canvas._code.append(f"/{role} <</MCID {number}>> BDC")
    else:
        canvas._code.append("/Artifact BMC")
    yield
    canvas._code.append("EMC")


class Words(Paragraph):  # type: ignore[misc]
    """A paragraph that is marked by the role of its style."""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 (names of reportlab)
        """Draw with the lower left corner at ``x``, ``y``."""
        with marked(canvas, ROLES.get(self.style.name, "P")):
            super().drawOn(canvas, x, y, _sW)


class Figure(Flowable):  # type: ignore[misc]
    """Another flowable as a figure with a text for those who cannot see it."""

    def __init__(self, content: Flowable, alternative: str) -> None:
        super().__init__()
        self._content, self._alternative = content, alternative
        self.hAlign = "LEFT"

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Size in points."""
        self.width, self.height = self._content.wrapOn(self.canv, width, height)
        return self.width, self.height

    def draw(self) -> None:
        """Draw at the origin."""
        with marked(self.canv, "Figure", self._alternative):
            self._content.drawOn(self.canv, 0, 0)


def finish(canvas: Any) -> None:
    """Write the structure tree; every page must have been shown."""
    document, pages = canvas._doc, canvas._doc.Pages.pages
    root = PDFDictionary({"Type": PDFName("StructTreeRoot"), "ParentTreeNextKey": len(pages)})
    root_reference = document.Reference(root, "StructTreeRoot")
    whole = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName("Document"), "P": root_reference})
    whole_reference = document.Reference(whole, "StructDocument")
    by_page: dict[int, list[Any]] = {}
    for i, (page, number, role, alternative) in enumerate(canvas.marks.entries):
        entry = {"Type": PDFName("StructElem"), "S": PDFName(role), "P": whole_reference, "K": number,
                 "Pg": document.Reference(pages[page - 1])}  # fmt: skip
        if alternative:
            entry["Alt"] = PDFString(alternative)
        by_page.setdefault(page, []).append(document.Reference(PDFDictionary(entry), f"StructElem{i}"))
    whole["K"] = PDFArray([kid for kids in by_page.values() for kid in kids])
    numbers: list[Any] = []
    for i, page in enumerate(pages):
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = i, PDFName("S")
        numbers += [i, PDFArray(by_page.get(i + 1, []))]
    root["K"], root["ParentTree"] = whole_reference, PDFDictionary({"Nums": PDFArray(numbers)})
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
