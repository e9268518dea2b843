"""Light, dark, or as the system says; changed while the window is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QToolTip

from sjedd_gui.settings import Theme
from sjedd_gui.widgets.theme import make_palette

SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}


class Appearance(QObject):
    """Gives the application its colours. One style on all systems, so that a finding looks the same everywhere."""

    changed = Signal()
    """The colours are others now."""

    def __init__(self, app: QApplication, theme: Theme = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.theme: Theme = theme
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.choose(theme)

    @property
    def dark(self) -> bool:
        """Whether the colours are dark now."""
        if self.theme != "system":
            return self.theme == "dark"
        return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def choose(self, theme: Theme) -> None:
        """Use a theme from now on."""
        self.theme = theme
        # Title bars and the system's own dialogs follow the hint; platforms without themes ignore it.
        self._app.styleHints().setColorScheme(SCHEMES[theme])
        self._apply()

    def _system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        palette = make_palette(dark=self.dark)
        if palette != self._app.palette():
            self._app.setPalette(palette)
            QToolTip.setPalette(palette)
            self.changed.emit()
