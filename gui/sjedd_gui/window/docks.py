"""The panels around the picture: movable, closable, remembered, and reached by keyboard."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from sjedd_gui.settings import Settings

AREA = Qt.DockWidgetArea
FILES, FINDINGS, NOTES, TIMELINE = "files", "findings", "notes", "timeline"
LAYOUT_VERSION = 1
"""Raise it when panels are added or renamed, so that a remembered layout that does not fit is not used."""
USUAL_SIZE = (1320, 860)


class Panel(NamedTuple):
    """A panel, its title, and where it is at first."""

    name: str
    title: str
    widget: QWidget
    area: AREA


class Docks(QObject):
    """The panels of one window."""

    def __init__(self, window: QMainWindow, panels: list[Panel], settings: Settings) -> None:
        """Put the panels into the window, where they were the last time."""
        super().__init__(window)
        self._window, self._settings = window, settings
        self._panels = panels
        self._hidden: list[QDockWidget] = []
        self.docks = {panel.name: self._dock(panel) for panel in panels}
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, AREA.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, AREA.RightDockWidgetArea)
        window.setTabPosition(AREA.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for panel in panels:
            window.addDockWidget(panel.area, self.docks[panel.name])
        window.tabifiedDockWidgetActivated.connect(self._name_tabs)

    def _dock(self, panel: Panel) -> QDockWidget:
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(f"dock-{panel.name}")
        dock.setWidget(panel.widget)
        return dock

    def toggles(self) -> list[QAction]:
        """Actions that show and hide the panels, in their order."""
        return [self.docks[panel.name].toggleViewAction() for panel in self._panels]

    def raise_panel(self, name: str) -> None:
        """Show a panel, also from behind another one."""
        self.docks[name].show()
        self.docks[name].raise_()

    def restore(self) -> None:
        """Bring back window and panels as they were when the app was closed; the usual layout the first time."""
        if not self._window.restoreGeometry(self._settings.geometry):
            screen = self._window.screen().availableGeometry()
            width, height = min(USUAL_SIZE[0], screen.width()), min(USUAL_SIZE[1], screen.height())
            self._window.resize(width, height)
            self._window.move(screen.center().x() - width // 2, screen.center().y() - height // 2)
        if not self._window.restoreState(self._settings.layout, LAYOUT_VERSION):
            self.reset()
        self._name_tabs()

    def _name_tabs(self) -> None:
        """Qt makes the bars of tabs, without names for screen readers."""
        for bar in self._window.findChildren(QTabBar):
            if not bar.accessibleName():
                bar.setAccessibleName(self.tr("Panels in one place"))

    def remember(self) -> None:
        """Keep place and size of window and panels."""
        self.hide_all(False)
        self._settings.geometry = self._window.saveGeometry()
        self._settings.layout = self._window.saveState(LAYOUT_VERSION)
        self._settings.sync()

    def reset(self) -> None:
        """Put all panels back where they belong, in their usual sizes."""
        for panel in self._panels:
            dock = self.docks[panel.name]
            dock.setFloating(False)
            dock.show()
            # Only what has moved: adding or restoring what is among tabs leaves an empty bar of tabs behind.
            if self._window.dockWidgetArea(dock) != panel.area:
                self._window.addDockWidget(panel.area, dock)
        if self.docks[NOTES] not in self._window.tabifiedDockWidgets(self.docks[FINDINGS]):
            self._window.tabifyDockWidget(self.docks[FINDINGS], self.docks[NOTES])
        self.raise_panel(FINDINGS)
        self._name_tabs()
        width, height = self._window.width(), self._window.height()
        sideways = [self.docks[FILES], self.docks[FINDINGS]]
        self._window.resizeDocks(sideways, [width * 19 // 100, width * 34 // 100], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self.docks[TIMELINE]], [height * 31 // 100], Qt.Orientation.Vertical)

    def hide_all(self, hidden: bool) -> None:
        """Leave only the picture on screen, or bring the panels back as they were."""
        if hidden and not self._hidden:
            self._hidden = [dock for dock in self.docks.values() if not dock.isHidden()]
        for dock in self._hidden:
            dock.setVisible(not hidden)
        if not hidden:
            self._hidden = []

    def next_panel(self, step: int = 1) -> None:
        """Move the keyboard to the next visible panel, or to the picture in the middle."""
        middle = self._window.centralWidget()
        seen = [dock for dock in self.docks.values() if dock.isVisible() and not _behind(dock)]
        parts: list[QWidget] = [*filter(None, [middle]), *seen]
        focus = QApplication.focusWidget()
        here = next((i for i, part in enumerate(parts) if focus is not None and part.isAncestorOf(focus)), -1)
        for offset in range(1, len(parts) + 1):
            target = _first_in(parts[(here + step * offset) % len(parts)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return


def _behind(dock: QDockWidget) -> bool:
    """Whether a dock is hidden behind the tab of another."""
    return dock.visibleRegion().isEmpty()


def _first_in(part: QWidget) -> QWidget | None:
    """The first widget in a part that the keyboard can reach."""
    owner = part.widget() if isinstance(part, QDockWidget) else part
    inside = [] if owner is None else [owner, *owner.findChildren(QWidget)]
    return next(
        (w for w in inside if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus), None
    )


def panel_titles() -> dict[str, str]:
    """Titles of the panels."""
    return {
        FILES: QCoreApplication.translate("Docks", "Files"),
        FINDINGS: QCoreApplication.translate("Docks", "Findings"),
        NOTES: QCoreApplication.translate("Docks", "Notes"),
        TIMELINE: QCoreApplication.translate("Docks", "Timeline"),
    }
