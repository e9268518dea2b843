"""The list of models, and the card of one of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from sjedd_gui.i18n import core_text
from sjedd_gui.widgets.theme import scaled
from sjedd_video.report.files import visible

HASH_SHOWN = 12
Model = dict[str, Any]
"""A model as listed: ``sjedd_video.model.catalogue.Listed`` as a dictionary."""


class ModelTable(QTableWidget):
    """One row per model; the one in use is bold, a broken one says why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = (self.tr("Model"), self.tr("Name"), self.tr("Hierarchy"), self.tr("Size"), self.tr("Can judge"),
                 self.tr("SHA-256"))  # fmt: skip
        _set_up(self, names, stretched=1)
        self.setAccessibleName(self.tr("Models on this computer"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.models: list[Model] = []

    def current(self) -> Model | None:
        """The chosen model."""
        rows = self.selectionModel().selectedRows()
        return self.models[rows[0].row()] if rows else None

    def show_models(self, models: list[Model], used: str, chosen: str) -> None:
        """List models.

        Args:
            models: As listed.
            used: Name or path of the one in use.
            chosen: Name of the one to choose; the one in use where there is no such.
        """
        self.models = models
        self.setRowCount(len(models))
        for i, model in enumerate(models):
            for j, text in enumerate(self._cells(model)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(core_text(model["problem"]) or model["sha256"])
                if used in {model["model"], model["path"]}:
                    cell.setFont(scaled(self.font(), 1.0, bold=True))
                self.setItem(i, j, cell)
        names, in_use = [m["model"] for m in models], [used in {m["model"], m["path"]} for m in models]
        if models:
            self.selectRow(names.index(chosen) if chosen in names else in_use.index(True) if any(in_use) else 0)

    def _cells(self, model: Model) -> tuple[str, ...]:
        if model["problem"]:
            return visible(model["model"]), visible(core_text(model["problem"])), "", "", "", ""
        judges = self.tr("yes") if model["judges"] else self.tr("no")
        size = f"{model['bytes'] / 1e6:.1f} MB"
        return (visible(model["model"]), visible(model["name"]), visible(model["hierarchy"]), size, judges,
                model["sha256"][:HASH_SHOWN])  # fmt: skip


class CardTable(QTableWidget):
    """What stands on the card of a model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _set_up(self, (self.tr("On its card"), ""), stretched=1)
        self.setAccessibleName(self.tr("Card of the chosen model"))

    def show_facts(self, facts: list[list[str]]) -> None:
        """Show names and values."""
        self.setRowCount(len(facts))
        for i, (name, value) in enumerate(facts):
            for j, text in enumerate((core_text(name), visible(core_text(value)))):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.setItem(i, j, cell)
        self.resizeRowsToContents()


def _set_up(table: QTableWidget, names: tuple[str, ...], *, stretched: int) -> None:
    table.setColumnCount(len(names))
    table.setHorizontalHeaderLabels(names)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
