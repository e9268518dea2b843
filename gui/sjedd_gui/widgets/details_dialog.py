"""The particulars of a case that the user fills in for the first page of the reports."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from sjedd_gui.case.session import Session
from sjedd_gui.widgets.theme import text_label
from sjedd_video.notes import CaseDetails

LONGEST = 200
WIDTH = 460


class DetailsDialog(QDialog):
    """Edits ``session.details(job)``; without a job, those of the case only."""

    def __init__(self, session: Session, job: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._job = session, job
        self.setWindowTitle(self.tr("Case details"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        known = session.details(job)
        self.case_number = self._line(known.case_number)
        self.requested_by = self._line(known.requested_by)
        self.examiner = self._line(known.examiner)
        self.exhibit = self._line(known.exhibit)
        form = QFormLayout()
        form.addRow(self.tr("&Case number:"), self.case_number)
        form.addRow(self.tr("&Requested by:"), self.requested_by)
        form.addRow(self.tr("&Examiner:"), self.examiner)
        if job:
            form.addRow(self.tr("E&xhibit (this file):"), self.exhibit)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(
            text_label(self.tr("Printed on the first page of every report of this case. All may stay empty."))
        )
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(WIDTH)

    def accept(self) -> None:
        """Store what was filled in."""
        texts = (line.text().strip() for line in (self.case_number, self.exhibit, self.examiner, self.requested_by))
        self._session.set_details(CaseDetails(*texts), self._job)
        super().accept()

    def _line(self, text: str) -> QLineEdit:
        line = QLineEdit(text, maxLength=LONGEST)
        line.setCursorPosition(0)
        return line
