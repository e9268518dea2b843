"""The report as it will be, page by page, before it is saved."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.i18n import core_text
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.work.background import Task
from sjedd_gui.work.tasks import page_path

SIZE = (820, 760)
MARGIN = 24
MOST_WIDTH = 900


class ReportPreview(QDialog):
    """Waits for a PDF, has its pages drawn in another process, and saves it where the user says."""

    def __init__(self, pdf: Path, folder: Path, parent: QWidget) -> None:
        """Show that the report is being written.

        Args:
            pdf: Where it will be; a folder that is deleted later.
            folder: Where to propose to save it.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Report preview"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(*SIZE)
        self.pdf, self._folder = pdf, folder
        self.task: Task | None = None
        self.pages: list[PageView] = []
        self.words = text_label(self.tr("Writing the report …"))
        self.bar = QProgressBar(maximum=0, textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setSpacing(MARGIN // 2)
        self.view = QScrollArea(widgetResizable=True)
        self.view.setWidget(self._inside)
        self.view.setAccessibleName(self.tr("Pages of the report"))
        self.view.setBackgroundRole(self.view.palette().ColorRole.Mid)
        self._inside.setBackgroundRole(self.view.palette().ColorRole.Mid)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save_button = QPushButton(self.tr("&Save as PDF …"))
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self.save)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.words, self.bar, self.view, buttons):
            column.addWidget(part)
        column.setStretchFactor(self.view, 1)

    def draw(self) -> None:
        """The report is written: have its pages drawn."""
        self.words.setText(self.tr("Drawing the pages …"))
        self.task = Task("pages", self.parent() or self, pdf=str(self.pdf), folder=str(self.pdf.parent))
        self.task.progressed.connect(self._drawn)
        self.task.finished.connect(self._all_drawn)
        self.task.failed.connect(self._not_drawn)
        self.task.start()

    def fail(self, message: str, advice: str) -> None:
        """Tell why there is nothing to see."""
        self.bar.hide()
        self.words.setText("\n".join(filter(None, (core_text(message), core_text(advice)))))

    def save(self) -> None:
        """Ask where, and put the report there, as it was shown."""
        title, proposed = self.tr("Save the report"), str(self._folder / self.pdf.name)
        name, _ = QFileDialog.getSaveFileName(self, title, proposed, "PDF (*.pdf)")
        if not name:
            return
        target = Path(name) if Path(name).suffix else Path(name).with_suffix(".pdf")
        try:
            shutil.copyfile(self.pdf, target)
        except OSError as error:
            text = self.tr("It was not saved: {}. Choose another folder, or check that the disk is not full.")
            self.words.setText(text.format(error.strerror or error))
            return
        self.words.setText(self.tr("Saved {}").format(target))

    def _drawn(self, _stage: str, done: int, total: int) -> None:
        self.bar.setMaximum(total)
        self.bar.setValue(done)
        page = PageView(QPixmap(str(page_path(self.pdf.parent, done))))
        page.setAccessibleName(self.tr("Page {} of {}").format(done, total))
        self.pages.append(page)
        self._column.addWidget(page, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._fit()

    def _not_drawn(self, message: str, advice: str, _details: str) -> None:
        self.task = None
        self.fail(message, advice)

    def _all_drawn(self, pages: list[str]) -> None:
        self.task = None  # it deletes itself when its process has ended
        self.bar.hide()
        self.words.setText(self.tr("Pages: {}").format(len(pages)))
        self.save_button.setEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Pages as wide as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = min(self.view.viewport().width() - 2 * MARGIN, MOST_WIDTH)
        for page in self.pages:
            page.setFixedSize(page.picture.size().scaled(width, 1 << 20, Qt.AspectRatioMode.KeepAspectRatio))

    def done(self, result: int) -> None:
        """Stop drawing when the window is closed."""
        if self.task is not None:
            self.task.stop()
        super().done(result)


class PageView(QWidget):
    """One page, scaled as it is painted, so that pages out of sight cost nothing."""

    def __init__(self, picture: QPixmap) -> None:
        super().__init__()
        self.picture = picture

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the page."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self.picture)
        painter.end()
