"""The commands of the player with their texts and keys. The keys work while the player has the focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

REPEATED = {"next", "previous", "next-ten", "previous-ten", "zoom-in", "zoom-out"} | {
    f"pan-{side}" for side in ("left", "right", "up", "down")
}
"""What goes on while its key is held."""


class PlayerActions(QObject):
    """``all`` holds every command by its name."""

    def __init__(self, panel: QWidget, slots: Mapping[str, Callable[[], object]]) -> None:
        """Make the commands.

        Args:
            panel: Whose keys they are.
            slots: What each command does; the names are those of ``_texts``.
        """
        super().__init__(panel)
        self.all: dict[str, QAction] = {}
        for name, (text, keys) in self._texts().items():
            action = QAction(text, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setAutoRepeat(name in REPEATED)
            action.triggered.connect(lambda _checked=False, run=slots[name]: run())
            panel.addAction(action)
            self.all[name] = action
        for name in ("boxes", "earlier", "faces"):
            self.all[name].setCheckable(True)
            self.all[name].setChecked(True)

    def __getitem__(self, name: str) -> QAction:
        return self.all[name]

    def tip(self, name: str) -> str:
        """Words for the button of a command: what it does, and its keys."""
        action = self.all[name]
        keys = " / ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
        return f"{action.text().replace('&', '')} ({keys})"

    def _texts(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Text and keys by name, in the order of the menu."""
        return {
            "play": (self.tr("&Play or pause"), ("Space", "K")),
            "forward": (self.tr("Play &forwards, faster each time"), ("L",)),
            "backward": (self.tr("Play &backwards, faster each time"), ("J",)),
            "next": (self.tr("&Next frame"), ("Right",)),
            "previous": (self.tr("Pre&vious frame"), ("Left",)),
            "next-ten": (self.tr("Ten frames on"), ("Shift+Right",)),
            "previous-ten": (self.tr("Ten frames back"), ("Shift+Left",)),
            "next-span": (self.tr("Next flagged &span"), ("N", "Ctrl+Right")),
            "previous-span": (self.tr("Previous flagged span"), ("P", "Ctrl+Left")),
            "next-sample": (self.tr("Next e&xamined frame"), ("Ctrl+Shift+Right",)),
            "previous-sample": (self.tr("Previous examined frame"), ("Ctrl+Shift+Left",)),
            "first": (self.tr("First frame"), ("Home",)),
            "last": (self.tr("Last frame"), ("End",)),
            "go-to": (self.tr("&Go to a time code"), ("G", "Ctrl+G")),
            "face": (self.tr("&Zoom into the face and follow it"), ("Z",)),
            "whole": (self.tr("&Whole frame"), ("0",)),
            "zoom-in": (self.tr("Zoom in"), ("+", "=")),
            "zoom-out": (self.tr("Zoom out"), ("-",)),
            "pan-left": (self.tr("Move the view left"), ("Alt+Left",)),
            "pan-right": (self.tr("Move the view right"), ("Alt+Right",)),
            "pan-up": (self.tr("Move the view up"), ("Alt+Up",)),
            "pan-down": (self.tr("Move the view down"), ("Alt+Down",)),
            "boxes": (self.tr("Show b&oxes"), ("B",)),
            "earlier": (self.tr("Show boxes of the last examined frame, &dotted"), ("D",)),
            "faces": (self.tr("Show aligned face and &heat map"), ("H",)),
            "full-screen": (self.tr("F&ull screen"), ("F",)),
            "leave-full-screen": (self.tr("Leave full screen"), ("Esc",)),
        }
