"""The user guide in a window of its own: contents and search on the left, the page on the right. Works offline."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QShortcut, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.views import guide

SIZE = (1000, 720)
PLACE_ROLE = Qt.ItemDataRole.UserRole
LINE_PERCENT = 125
PICTURE_WIDTH = 620


class HelpWindow(QDialog):
    """Stays open beside the main window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("User guide"))
        self.setWindowFlags(Qt.WindowType.Window)
        self.resize(*SIZE)
        self.page = ""
        self.search = QLineEdit(placeholderText=self.tr("Search the guide"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Search the guide"))
        self.search.textChanged.connect(self._fill)
        self.contents = QTreeWidget(columnCount=1)
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName(self.tr("Contents"))
        self.contents.currentItemChanged.connect(self._go)
        self.browser = _Browser()
        self.browser.anchorClicked.connect(self._follow)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.contents)
        splitter = QSplitter(childrenCollapsible=False)
        splitter.addWidget(left)
        splitter.addWidget(self.browser)
        splitter.setSizes([270, 730])
        splitter.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(splitter)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
        self._fill("")
        self.show_page(guide.PAGES[0])

    def show_page(self, page: str, heading: str = "") -> None:
        """Show a page from a heading on; from its beginning without one."""
        if page != self.page:
            self.page = page
            try:
                self.browser.show_markdown(guide.read(page))
            except OSError:
                missing = self.tr("This page is missing from the installation. Install the program again.")
                self.browser.setPlainText(missing)
        self.browser.go_to(heading)

    def _fill(self, words: str) -> None:
        """The contents, or the places where the searched words occur."""
        self.contents.clear()
        if words.strip():
            for hit in guide.search(words):
                self._row(self.contents, hit.heading, hit.page, hit.heading).setToolTip(0, hit.around)
            if not self.contents.topLevelItemCount():
                self._row(self.contents, self.tr("Nothing was found."), "", "").setDisabled(True)
            return
        top = None
        for page in guide.PAGES:
            for heading in _headings(page):
                if heading.level == 1 or top is None:
                    top = self._row(self.contents, heading.text, page, "")
                else:
                    self._row(top, heading.text, page, heading.text)
        first = self.contents.topLevelItem(0)
        if first is not None:
            first.setExpanded(True)

    @staticmethod
    def _row(owner: QTreeWidget | QTreeWidgetItem, text: str, page: str, heading: str) -> QTreeWidgetItem:
        row = QTreeWidgetItem(owner, [text])
        row.setData(0, PLACE_ROLE, (page, heading))
        return row

    def _go(self, row: QTreeWidgetItem | None) -> None:
        page, heading = row.data(0, PLACE_ROLE) if row is not None else ("", "")
        if page:
            self.show_page(page, heading)
            self.browser.mark(self.search.text().strip())

    def _follow(self, link: QUrl) -> None:
        """Links lead to other pages of the guide; others lead nowhere, since nothing is fetched."""
        if link.fileName() in guide.PAGES:
            self.show_page(link.fileName())


class _Browser(QTextBrowser):
    """A page. Pictures come from the guide's folder, and nothing from anywhere else."""

    def __init__(self) -> None:
        super().__init__(openLinks=False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Page of the guide"))
        self.document().setDocumentMargin(24)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.1)
        self.setFont(font)

    def show_markdown(self, text: str) -> None:
        """Show a page of Markdown."""
        self.setMarkdown(text)
        roomy = QTextBlockFormat()
        roomy.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(roomy)
        self.setTextCursor(QTextCursor(self.document()))

    def go_to(self, heading: str) -> None:
        """Scroll so that a heading is on top."""
        block = self.document().begin()
        while heading and block.isValid() and not (block.blockFormat().headingLevel() and block.text() == heading):
            block = block.next()
        top = self.document().documentLayout().blockBoundingRect(block).top() if heading and block.isValid() else 0.0
        self.verticalScrollBar().setValue(round(top) - 12)

    def mark(self, words: str) -> None:
        """Select the first place below the top where searched words occur."""
        first = words.split(maxsplit=1)[0] if words else ""
        if first:
            self.setTextCursor(self.cursorForPosition(self.rect().topLeft()))
            self.find(first)

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Pictures of the guide, no wider than the page."""
        place = (guide.folder() / QUrl(name).toString()).resolve()
        if not place.is_relative_to(guide.folder().resolve()):
            return None
        picture = QImage(str(place))
        if picture.width() > PICTURE_WIDTH:
            picture = picture.scaledToWidth(PICTURE_WIDTH, Qt.TransformationMode.SmoothTransformation)
        return picture


def _headings(page: str) -> list[guide.Heading]:
    try:
        return list(guide.headings(page))
    except OSError:
        return []
