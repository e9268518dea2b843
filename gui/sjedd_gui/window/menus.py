"""All commands of the window: text, key, and where they are in the menus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from sjedd_gui.i18n import LANGUAGES
from sjedd_gui.settings import THEMES

if TYPE_CHECKING:
    from sjedd_gui.window.main_window import MainWindow

Key = QKeySequence.StandardKey


class Menus(QObject):
    """The menu bar of a window. ``actions`` holds every command by its name."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self._make_file()
        self._make_edit()
        self._make_queue()
        self._make_playback()
        self._make_compare()
        self._make_view()
        self._make_help()

    def add(self, name: str, text: str, run: Callable[[], object], key: Key | str = "") -> QAction:
        """Make a command."""
        action = QAction(text, self._window)
        action.setObjectName(name)
        if key != "":
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: run())
        self.actions[name] = action
        self._window.addAction(action)  # so that its key works while the menu bar is hidden
        return action

    def enable(self, names: Sequence[str], enabled: bool) -> None:
        """Switch commands on or off."""
        for name in names:
            self.actions[name].setEnabled(enabled)

    def all_actions(self) -> list[tuple[str, QAction]]:
        """Every command that can be reached from the menu bar, with the title of its menu."""
        found: list[tuple[str, QAction]] = []
        for top in self._window.menuBar().actions():
            menu = top.menu()
            if isinstance(menu, QMenu):
                found += [(plain(top.text()), action) for action in _leaves(menu)]
        return found

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _make_file(self) -> None:
        window, add, menu = self._window, self.add, self._menu(self.tr("&File"))
        menu.addAction(add("open", self.tr("&Open videos or pictures …"), window.intake.choose_files, Key.Open))
        menu.addAction(add("folder", self.tr("Open a &folder …"), window.intake.choose_folder, "Ctrl+Shift+O"))
        menu.addSeparator()
        menu.addAction(add("new-case", self.tr("&New case"), window.cases.new, Key.New))
        menu.addAction(add("open-case", self.tr("Open &case …"), window.cases.open, "Ctrl+Alt+O"))
        recent = menu.addMenu(self.tr("&Recent cases"))
        recent.aboutToShow.connect(lambda: window.cases.fill_recent(recent))
        menu.addAction(add("save-case", self.tr("&Save case"), window.cases.save, Key.Save))
        menu.addAction(add("save-case-as", self.tr("Save case &as …"), window.cases.save_as, "Ctrl+Shift+S"))
        menu.addSeparator()
        exporting = window.exporting
        menu.addAction(add("preview", self.tr("Report pre&view …"), window.extras.preview_report, Key.Print))
        menu.addAction(add("pdf", self.tr("Save report as &PDF …"), lambda: exporting.report("pdf"), "Ctrl+E"))
        menu.addAction(add("json", self.tr("Save data as &JSON …"), lambda: exporting.report("json"), "Ctrl+J"))
        menu.addAction(add("csv", self.tr("Save &table as CSV …"), lambda: exporting.report("csv"), "Ctrl+Shift+J"))
        frame = add("frame", self.tr("Save fra&me as picture …"), lambda: exporting.frame(marked=False), "Ctrl+Shift+F")
        marked = self.tr("Save frame with &boxes …")
        menu.addActions([frame, add("frame-marked", marked, lambda: exporting.frame(marked=True), "Ctrl+Alt+F")])
        menu.addAction(add("clip", self.tr("Save c&lip of the flagged stretch …"), exporting.clip, "Ctrl+Shift+K"))
        menu.addSeparator()
        menu.addAction(add("quit", self.tr("&Quit"), window.close, "Ctrl+Q"))

    def _make_edit(self) -> None:
        window, menu = self._window, self._menu(self.tr("&Edit"))
        copy = self.tr("&Copy verdict as text")
        menu.addAction(self.add("copy-verdict", copy, window.copy_verdict, "Ctrl+Shift+C"))
        menu.addAction(self.add("paste", self.tr("&Paste files or paths"), window.intake.paste, Key.Paste))
        menu.addSeparator()
        menu.addActions(window.notes.actions_for_menu())
        menu.addSeparator()
        menu.addAction(self.add("models", self.tr("&Models …"), window.extras.show_models, "Ctrl+Alt+M"))

    def _make_queue(self) -> None:
        window, menu = self._window, self._menu(self.tr("&Queue"))
        menu.addAction(self.add("stop", self.tr("S&top this file"), window.showing.stop_chosen, "Ctrl+."))
        menu.addAction(self.add("stop-all", self.tr("Stop &all files"), window.showing.stop_all, "Ctrl+Shift+."))
        menu.addAction(self.add("skip", self.tr("&Leave out this file"), window.showing.skip_chosen, "Ctrl+K"))
        menu.addAction(self.add("retry", self.tr("Try a&gain"), window.showing.retry_chosen, Key.Refresh))
        menu.addAction(
            self.add("remove", self.tr("&Remove from the list"), window.showing.remove_chosen, "Ctrl+Backspace")
        )
        window.files.addActions([self.actions[name] for name in ("stop", "skip", "retry", "remove")])
        window.files.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _make_playback(self) -> None:
        menu = self._menu(self.tr("&Playback"))
        menu.addActions(self._window.player.actions_for_menu())
        menu.addSeparator()
        menu.addMenu(self.tr("&Timeline")).addActions(self._window.timeline.actions_for_menu())

    def _make_compare(self) -> None:
        window, menu = self._window, self._menu(self.tr("&Compare"))
        files = self.tr("With another &file …")
        menu.addAction(self.add("compare-files", files, window.comparing.files, "Ctrl+D"))
        people = self.tr("&People of this file …")
        menu.addAction(self.add("compare-people", people, window.findings.compare_people, "Ctrl+Shift+D"))

    def _make_view(self) -> None:
        window, menu = self._window, self._menu(self.tr("&View"))
        for i, toggle in enumerate(window.docks.toggles()):
            toggle.setShortcut(QKeySequence(f"Ctrl+{i + 1}"))
            toggle.setObjectName(f"panel-{i + 1}")
            menu.addAction(toggle)
        menu.addAction(self.add("reset-layout", self.tr("&Reset layout"), window.docks.reset, "Ctrl+0"))
        menu.addSeparator()
        menu.addAction(self.add("next-panel", self.tr("&Next panel"), window.docks.next_panel, "F6"))
        previous = self.tr("Pre&vious panel")
        menu.addAction(self.add("previous-panel", previous, lambda: window.docks.next_panel(-1), "Shift+F6"))
        menu.addSeparator()
        names = {"system": self.tr("As the &system"), "light": self.tr("&Light"), "dark": self.tr("&Dark")}
        self._choices(menu.addMenu(self.tr("&Theme")), "theme", {theme: names[theme] for theme in THEMES},
                      window.settings.theme, window.choose_theme)  # fmt: skip
        languages = {"": self.tr("As the &system"), **{code: f"&{name}" for code, name in LANGUAGES.items()}}
        self._choices(menu.addMenu(self.tr("Lan&guage")), "language", languages, window.settings.language,
                      window.choose_language)  # fmt: skip
        full = self.add("full-screen", self.tr("&Full screen"), window.toggle_full_screen, "F11")
        menu.addAction(full)

    def _choices(
        self, menu: QMenu, name: str, texts: dict[str, str], chosen: str, run: Callable[[str], object]
    ) -> None:
        group = QActionGroup(menu)
        for code, text in texts.items():
            action = self.add(f"{name}-{code or 'system'}", text, partial(run, code))
            action.setCheckable(True)
            action.setChecked(code == chosen)
            group.addAction(action)
            menu.addAction(action)

    def _make_help(self) -> None:
        window, menu = self._window, self._menu(self.tr("&Help"))
        menu.addAction(self.add("guide", self.tr("&User guide"), window.extras.show_guide, Key.HelpContents))
        menu.addAction(self.add("shortcuts", self.tr("&Keyboard shortcuts"), window.extras.show_shortcuts, "Ctrl+F1"))
        menu.addAction(self.add("welcome", self.tr("&Welcome …"), window.extras.show_welcome))
        menu.addAction(self.add("example", self.tr("&Example"), window.extras.open_example))
        menu.addSeparator()
        menu.addAction(self.add("about", self.tr("&About sjedd-video"), window.extras.show_about))


def plain(text: str) -> str:
    """A text of a menu without its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _leaves(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        inside = action.menu()
        if isinstance(inside, QMenu):
            found += _leaves(inside)
        elif not action.isSeparator():
            found.append(action)
    return found
