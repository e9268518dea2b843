"""The name that the user gives to the chosen person; it stands beside the number in the reports."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from sjedd_gui.case.focus import Focus
from sjedd_gui.case.session import Session

LONGEST = 80


class PersonName(QWidget):
    """Edits the name of ``focus.person``; stored when Enter is pressed or the cursor leaves."""

    def __init__(self, focus: Focus, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus, self._session = focus, session
        self._job, self._person = 0, 0
        self.label = QLabel()
        self.line = QLineEdit(maxLength=LONGEST)
        self.line.editingFinished.connect(self._store)
        self.label.setBuddy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label)
        row.addWidget(self.line, 1)
        focus.loaded_changed.connect(self._show)
        focus.person_changed.connect(self._show)
        session.notes_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        loaded, person = self._focus.loaded, self._focus.person
        job = 0 if loaded is None else loaded.job
        if (job, person) == (self._job, self._person) and self.line.hasFocus():
            return
        self._job, self._person = job, person
        known = bool(job and person)
        self.label.setText(self.tr("&Name of person {}:").format(person) if known else self.tr("&Name:"))
        self.line.setAccessibleName(self.tr("Name of person {}").format(person) if known else self.tr("Name"))
        self.line.setEnabled(known)
        self.line.setText(self._session.names(job).get(person, "") if known else "")
        placeholder = self.tr("such as Minister") if known else self.tr("Choose a person to name them")
        self.line.setPlaceholderText(placeholder)

    def _store(self) -> None:
        name = " ".join(self.line.text().split())
        if self._job and self._person and name != self._session.names(self._job).get(self._person, ""):
            self._session.name_person(self._job, self._person, name)
