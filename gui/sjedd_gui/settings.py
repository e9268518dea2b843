"""The one place of the app's settings: how it looks, what was opened last, and which model judges."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QSettings

Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
MOST_RECENT = 10


class Settings:
    """What the app remembers between two starts, in a file of this user. Paths are kept, nothing of their content."""

    def __init__(self, store: QSettings | None = None) -> None:
        """Open the settings; ``store`` is the user's unless another one is given."""
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "sjedd-video", "sjedd-video"
        )

    def sync(self) -> None:
        """Write to disk what was set."""
        self._store.sync()

    @property
    def theme(self) -> Theme:
        """Light, dark, or as the system says."""
        found = self._text("view/theme")
        return found if found in THEMES else "system"

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._store.setValue("view/theme", value)

    @property
    def language(self) -> str:
        """Code of the chosen language, e.g. ``de``; empty for that of the system."""
        return self._text("view/language")

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("view/language", value)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window; empty before the first time."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def layout(self) -> QByteArray:
        """Places and sizes of the panels; empty before the first time."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._store.setValue("window/layout", value)

    @property
    def welcomed(self) -> bool:
        """Whether the welcome was seen."""
        return bool(self._store.value("window/welcomed", False, bool))

    @welcomed.setter
    def welcomed(self, value: bool) -> None:
        self._store.setValue("window/welcomed", value)

    @property
    def model(self) -> str:
        """The model that judges: ``embedded``, a name, or a path."""
        return self._text("analysis/model") or "embedded"

    @model.setter
    def model(self, value: str) -> None:
        self._store.setValue("analysis/model", value)

    @property
    def folder(self) -> str:
        """Folder of the last opened files; empty before the first time."""
        return self._text("files/folder")

    @folder.setter
    def folder(self, value: str) -> None:
        self._store.setValue("files/folder", value)

    @property
    def recent_cases(self) -> list[Path]:
        """Cases opened or saved lately, the latest first; they need not exist any more."""
        found = self._store.value("files/recent_cases", [])
        return [Path(str(text)) for text in ([found] if isinstance(found, str) else cast(list[str], found or []))]

    def add_recent_case(self, path: Path) -> None:
        """Put a case at the head of the recent ones."""
        others = [known for known in self.recent_cases if known != path]
        self._store.setValue("files/recent_cases", [str(known) for known in [path, *others][:MOST_RECENT]])

    def clear_recent_cases(self) -> None:
        """Forget them."""
        self._store.remove("files/recent_cases")

    def _text(self, key: str) -> str:
        return str(self._store.value(key, "") or "")

    def _bytes(self, key: str) -> QByteArray:
        found = self._store.value(key)
        return found if isinstance(found, QByteArray) else QByteArray()
