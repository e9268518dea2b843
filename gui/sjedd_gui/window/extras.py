"""What is opened now and then: welcome, example, models, guide, report preview. Loaded when it is asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from sjedd_gui.window.cases import show_problem
from sjedd_gui.work.background import Task

if TYPE_CHECKING:
    from sjedd_gui.widgets.report_preview import ReportPreview
    from sjedd_gui.window.main_window import MainWindow

EXAMPLE_VERSION = "example-3"
"""Folder of the example in the user's cache; a changed example gets another one."""


class Extras(QObject):
    """The windows beside the main one, and the tasks that they need."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._preview: ReportPreview | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._example: Task | None = None

    def close(self) -> None:
        """End all tasks, wait for them, and delete what was made for a preview."""
        for task in self._window.findChildren(Task):
            task.shutdown()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    # report preview

    def preview_report(self) -> None:
        """Write the report of the shown finding beside the window's other files, and show its pages."""
        from sjedd_gui.widgets.report_preview import ReportPreview

        loaded = self._window.focus.loaded
        if loaded is None:
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="sjedd-preview-")
        place = Path(tempfile.mkdtemp(dir=self._folder.name))
        self._preview = ReportPreview(place / f"{loaded.path.stem}-report.pdf", loaded.path.parent, self._window)
        self._preview.open()
        number = self._window.session.save(loaded.job, "pdf", self._preview.pdf)
        self._preview.finished.connect(lambda: self._forget_preview(number))

    def take_preview(self, target: Path) -> bool:
        """Show a written report if it is the one to preview; whether a preview asked for it."""
        if self._preview is not None and target == self._preview.pdf:
            self._preview.draw()
            return True
        return self._is_ours(target)

    def fail_preview(self, target: Path, message: str, advice: str) -> bool:
        """Tell why there is no preview, if it was one; whether a preview asked for it."""
        if self._preview is not None and target == self._preview.pdf:
            self._preview.fail(message, advice)
            return True
        return self._is_ours(target)

    def _is_ours(self, target: Path) -> bool:
        return self._folder is not None and Path(self._folder.name) in target.parents

    def _forget_preview(self, number: int) -> None:
        self._preview = None
        self._window.session.cancel_export(number)

    # example

    def open_example(self) -> None:
        """Make the example where it was never made, and queue it."""
        from platformdirs import user_cache_path

        from sjedd_gui.work.example import NAME

        target = user_cache_path("sjedd-video", appauthor=False) / EXAMPLE_VERSION / NAME
        self._window.settings.welcomed = True
        if target.is_file():
            self._window.add([target])
        elif self._example is None:
            self._example = Task("example", self._window, target=str(target))
            self._example.finished.connect(self._example_made)
            self._example.failed.connect(self._example_failed)
            self._example.start()
            self._window.status.tell(self.tr("Making the example: a clip of four seconds …"), 60)

    def _example_made(self, path: str) -> None:
        self._example = None
        self._window.status.tell(self.tr("The example was made on this computer from two photographs."))
        self._window.add([Path(path)])

    def _example_failed(self, message: str, advice: str, _details: str) -> None:
        self._example = None
        show_problem(self._window, self.tr("The example was not made"), message, advice)

    # windows

    def show_welcome(self) -> None:
        """Show the welcome; it is not shown again by itself."""
        from sjedd_gui.widgets.welcome import WelcomeDialog

        dialog = WelcomeDialog(self._window)
        dialog.example_requested.connect(self.open_example)
        dialog.open_requested.connect(self._window.intake.choose_files)
        dialog.guide_requested.connect(self.show_guide)
        self._window.settings.welcomed = True
        dialog.open()

    def show_models(self) -> None:
        """Show the models on this computer."""
        from sjedd_gui.widgets.models_dialog import ModelsDialog

        dialog = ModelsDialog(self._window.session.options.model, self._window)
        dialog.chosen.connect(self.use_model)
        dialog.open()

    def use_model(self, model: str) -> None:
        """Judge with another model from now on; findings that are there keep theirs."""
        window = self._window
        window.session.options = window.session.options.model_copy(update={"model": model})
        window.settings.model = model
        window.status.show_model(model)

    def show_guide(self) -> None:
        """Show the user guide in a window of its own that may stay open."""
        from sjedd_gui.widgets.help_window import HelpWindow

        window = self._window.findChild(HelpWindow) or HelpWindow(self._window)
        window.show()
        window.raise_()
        window.activateWindow()

    def show_shortcuts(self) -> None:
        """List all keys."""
        from sjedd_gui.widgets.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(self._window.menus.all_actions(), self._window).open()

    def show_about(self) -> None:
        """Tell what this program is."""
        from sjedd_gui.widgets.about import AboutDialog

        dialog = AboutDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
