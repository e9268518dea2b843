"""The models on this computer: choose one, read its card, check it, take in another from a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.i18n import core_text
from sjedd_gui.widgets.model_tables import CardTable, Model, ModelTable
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.work.background import Task
from sjedd_video.report.files import visible

SIZE = (860, 640)
EMBEDDED = "embedded"


class ModelsDialog(QDialog):
    """Everything that takes time runs in a process of its own; nothing is ever downloaded."""

    chosen = Signal(str)
    """``embedded`` or the path of the model that is to judge from now on."""

    def __init__(self, in_use: str, parent: QWidget | None = None) -> None:
        """List the models. ``in_use``: the one that judges now, by name or path."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Models"))
        self.resize(*SIZE)
        self.in_use = in_use
        self.task: Task | None = None
        self._selected = ""
        self._build()
        self.refresh()

    def _build(self) -> None:
        self.table = ModelTable()
        self.table.itemSelectionChanged.connect(self._selection_changed)
        self.card = CardTable()
        self.words = text_label()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()
        column = QVBoxLayout(self)
        column.addWidget(text_label(self.tr(
            "A model is a file with its card, weights and hashes. Nothing downloads by itself; import models that you "
            "have got as files.")))  # fmt: skip
        column.addWidget(self.table, 2)
        column.addWidget(self.card, 3)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.use_button = QPushButton(self.tr("&Use this model"))
        self.verify_button = QPushButton(self.tr("&Verify"))
        self.verify_button.setToolTip(self.tr("Compare every hash, and score the pictures whose answers are known"))
        self.import_button = QPushButton(self.tr("&Import from file …"))
        self.remove_button = QPushButton(self.tr("&Delete"))
        self.stop_button = QPushButton(self.tr("&Stop"))
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row = QHBoxLayout()
        for button, run in ((self.use_button, self._use), (self.verify_button, self.verify),
                            (self.import_button, self._ask_import), (self.remove_button, self._ask_remove),
                            (self.stop_button, self.stop)):  # fmt: skip
            button.clicked.connect(lambda _checked=False, run=run: run())
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    # tasks

    def refresh(self) -> None:
        """List the models again."""
        self._run("models", self.tr("Looking for models …"), self._show_models)

    def verify(self) -> None:
        """Prove that the chosen model is intact."""
        row = self.current()
        if row is not None:
            self._run("verify", self.tr("Verifying {} …").format(row["model"]), self._verified, model=_place(row))

    def import_file(self, path: Path, *, overwrite: bool = False) -> None:
        """Take in a model from a file."""
        text = self.tr("Importing {} …").format(visible(path.name))
        self._run("import", text, self._imported, path=str(path), overwrite=overwrite)

    def stop(self) -> None:
        """Stop what runs."""
        if self.task is not None:
            self.task.stop()
            self._end(self.tr("Stopped."))

    def _run(self, name: str, words: str, then: Callable[[Any], object], **values: Any) -> None:
        if self.task is not None:
            return
        self.words.setText(words)
        self.bar.setRange(0, 0)
        self.bar.show()
        # The window owns the task: it outlives a dialog that is closed while a stopped process ends.
        self.task = Task(name, self.parent() or self, **values)
        self.task.progressed.connect(self._progressed)
        self.task.finished.connect(partial(self._finished, then))
        self.task.failed.connect(self._failed)
        self.task.start()
        self._enable()

    def _finished(self, then: Callable[[Any], object], value: Any) -> None:
        self._end()
        then(value)

    def _end(self, words: str = "") -> None:
        if self.task is not None:
            self.task.disconnect(self)
        self.task = None
        self.bar.hide()
        self.words.setText(words)
        self._enable()

    def _failed(self, message: str, advice: str, _details: str) -> None:
        self._end("\n".join(filter(None, (core_text(message), core_text(advice)))))

    def _progressed(self, stage: str, done: int, total: int | None) -> None:
        words = {"hash": self.tr("Comparing hashes …"), "golden": self.tr("Scoring pictures whose answers are known …"),
                 "convert": self.tr("Reading the weights and checking the result …")}  # fmt: skip
        self.words.setText(words.get(stage, self.words.text()))
        self.bar.setRange(0, total or 0)
        self.bar.setValue(done)

    # what is shown

    def current(self) -> Model | None:
        """The chosen model."""
        return self.table.current()

    def _show_models(self, models: list[Model]) -> None:
        self.table.show_models(models, self.in_use, self._selected)

    def _selection_changed(self) -> None:
        row = self.current()
        self._enable()
        if row is None:
            return
        self._selected = row["model"]
        self.card.setRowCount(0)
        if row["problem"]:
            self.words.setText(core_text(row["problem"]))
        elif self.task is None:
            self._run("card", self.tr("Reading the card …"), self.card.show_facts, model=_place(row))

    def _verified(self, check: dict[str, Any]) -> None:
        text = self.tr(
            "Intact: all {parts} parts have the hashes of the card, SHA-256 {hash}. {backend} on {device} gives the "
            "known answers, with a difference of at most {difference} (allowed {tolerance})."
        )
        self.words.setText(text.format(
            parts=check["parts"], hash=check["sha256"], backend=check["backend"], device=check["provider"],
            difference=f"{check['difference']:.1g}", tolerance=f"{check['tolerance']:g}"))  # fmt: skip

    def _imported(self, value: dict[str, Any]) -> None:
        self._selected = value["model"]["model"]
        text = self.tr("{} was imported and verified.").format(visible(value["model"]["name"]))
        if not value["model"]["judges"]:
            text += " " + self.tr("It has no calibration: it can be scored, but leads to no verdict.")
        self.refresh()
        self.words.setText(text)

    def _enable(self) -> None:
        row, idle = self.current(), self.task is None
        whole = row is not None and not row["problem"]
        self.use_button.setEnabled(idle and whole and row is not None and row["judges"] and not self._is_used(row))
        self.verify_button.setEnabled(idle and whole)
        self.import_button.setEnabled(idle)
        imported = row is not None and row["model"] != EMBEDDED
        self.remove_button.setEnabled(idle and imported and row is not None and not self._is_used(row))
        self.stop_button.setVisible(not idle and self.task is not None and self.task.name in {"verify", "import"})

    # commands

    def _is_used(self, model: Model) -> bool:
        return self.in_use in {model["model"], model["path"]}

    def _use(self) -> None:
        row = self.current()
        if row is not None:
            self.in_use = _place(row)
            self.chosen.emit(self.in_use)
            self._show_models(self.table.models)
            self.words.setText(self.tr("{} judges from now on. Findings that are there keep theirs.").format(
                visible(row["name"])))  # fmt: skip
            self._enable()

    def _ask_import(self) -> None:
        kinds = self.tr("Models and checkpoints (*.sjedd *.pth *.pt *.safetensors);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import a model"), "", kinds)
        if name:
            from sjedd_video.model.catalogue import name_from

            known = name_from(Path(name)) in {model["model"] for model in self.table.models}
            text = self.tr("There is a model of that name. Replace it?")
            if not known or _yes(self, text):
                self.import_file(Path(name), overwrite=known)

    def _ask_remove(self) -> None:
        row = self.current()
        if row is not None and _yes(self, self.tr("Delete the model {}?").format(visible(row["model"]))):
            self._run("remove", self.tr("Deleting …"), lambda _path: self.refresh(), path=row["path"])

    def done(self, result: int) -> None:
        """Stop what runs when the window is closed."""
        if self.task is not None:
            self.stop()
        super().done(result)


def _place(model: Model) -> str:
    return EMBEDDED if model["model"] == EMBEDDED else str(model["path"])


def _yes(parent: QWidget, text: str) -> bool:
    answer = QMessageBox.question(parent, parent.windowTitle(), text)
    return answer == QMessageBox.StandardButton.Yes
