"""All keys in one list that can be searched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

SIZE = (560, 620)
NATIVE = QKeySequence.SequenceFormat.NativeText


class ShortcutsDialog(QDialog):
    """Commands by menu, with their keys."""

    def __init__(self, actions: Sequence[tuple[str, QAction]], parent: QWidget | None = None) -> None:
        """List commands.

        Args:
            actions: Title of the menu, and the command.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(*SIZE)
        self.search = QLineEdit(placeholderText=self.tr("Search commands and keys"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Search commands and keys"))
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget(columnCount=2)
        self.tree.setRootIsDecorated(False)
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Key")])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.tree.setAccessibleName(self.tr("Commands and keys"))
        self._fill(actions)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.search, self.tree, buttons):
            column.addWidget(part)

    def _fill(self, actions: Sequence[tuple[str, QAction]]) -> None:
        menus: dict[str, QTreeWidgetItem] = {}
        rows = [(title, _plain(action.text()), action.shortcut().toString(NATIVE)) for title, action in actions]
        for title, text, key in [*rows, *self._others()]:
            if not key:
                continue
            if title not in menus:
                menus[title] = QTreeWidgetItem(self.tree, [title])
                font = menus[title].font(0)
                font.setBold(True)
                menus[title].setFont(0, font)
                menus[title].setFirstColumnSpanned(True)
            QTreeWidgetItem(menus[title], [text, key])
        self.tree.expandAll()

    def _others(self) -> list[tuple[str, str, str]]:
        """Keys that belong to a panel and work while the panel has the focus."""
        files, lanes = self.tr("In the list of files"), self.tr("In the timeline")
        return [
            (files, self.tr("Choose another file"), "↑  ↓"),
            (lanes, self.tr("Go to the next or previous examined frame"), "→  ←"),
            (lanes, self.tr("Choose another person"), "↑  ↓"),
            (lanes, self.tr("Go to the next or previous flagged span"), "N  P"),
            (lanes, self.tr("Zoom in, zoom out, show everything"), "+  -  0"),
        ]

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        for i in range(self.tree.topLevelItemCount()):
            menu = self.tree.topLevelItem(i)
            assert menu is not None
            hits = 0
            for j in range(menu.childCount()):
                row = menu.child(j)
                assert row is not None
                hit = wanted in f"{row.text(0)} {row.text(1)}".casefold()
                row.setHidden(not hit)
                hits += hit
            menu.setHidden(not hits)


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix(" …")
