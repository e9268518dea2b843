"""The shell of the window: panels, themes, keys, what comes in, welcome, models, help, recovery, faults."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMenu, QMessageBox, QPushButton, QTabBar

from bundles import write_hollow
from gui_kit import analyse, check_mnemonics, choose, drop, message
from sjedd_gui.case.case_session import Recoverable
from sjedd_gui.case.session import Session
from sjedd_gui.settings import MOST_RECENT, Settings
from sjedd_gui.views import guide
from sjedd_gui.widgets.help_window import HelpWindow
from sjedd_gui.widgets.models_dialog import ModelsDialog
from sjedd_gui.widgets.people_table import PeopleTable
from sjedd_gui.widgets.report_preview import ReportPreview
from sjedd_gui.widgets.shortcuts_dialog import ShortcutsDialog
from sjedd_gui.widgets.theme import DARK, DARK_TOKENS, LIGHT, LIGHT_TOKENS
from sjedd_gui.widgets.welcome import WelcomeDialog
from sjedd_gui.window.crash import Reporter
from sjedd_gui.window.docks import FILES, FINDINGS, NOTES, TIMELINE
from sjedd_gui.window.intake import paths_in
from sjedd_gui.window.main_window import MainWindow
from sjedd_gui.work.background import Task
from sjedd_gui.work.shelf import Shelf
from sjedd_video.model import catalogue
from sjedd_video.options import AnalysisOptions


def close_all(window):
    for dialog in window.findChildren(QDialog):
        dialog.close()


def text_of(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


@pytest.fixture
def another(qapp, tmp_path, settings):
    """Makes a second window with the same settings, as after a new start."""
    made = []

    def make():
        session = Session(AnalysisOptions(), shelf=Shelf(tmp_path / "shelf-2"), folder=tmp_path / "cases-2")
        made.append(MainWindow(session, settings))
        made[-1].show()
        return made[-1]

    yield make
    for window in made:
        window.close()
        window.deleteLater()


class TestPanels:
    def test_they_are_where_they_were(self, window, another):
        docks = window.docks.docks
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks[TIMELINE])
        docks[NOTES].hide()
        window.resize(760, 640)
        window.close()
        again = another()
        assert again.dockWidgetArea(again.docks.docks[TIMELINE]) == Qt.DockWidgetArea.LeftDockWidgetArea
        assert again.docks.docks[NOTES].isHidden()
        assert (again.width(), again.height()) == (760, 640)

    def test_reset_puts_them_back(self, window):
        docks = window.docks.docks
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks[TIMELINE])
        docks[FILES].hide()
        docks[NOTES].setFloating(True)
        window.menus.actions["reset-layout"].trigger()
        assert window.dockWidgetArea(docks[TIMELINE]) == Qt.DockWidgetArea.BottomDockWidgetArea
        assert docks[FILES].isVisible()
        assert not docks[NOTES].isFloating()
        assert docks[NOTES] in window.tabifiedDockWidgets(docks[FINDINGS])
        window.menus.actions["reset-layout"].trigger()
        assert len([bar for bar in window.findChildren(QTabBar) if bar.parent() is window]) == 1

    def test_writing_a_note_brings_the_notes_to_the_front(self, qtbot, window, files):
        items = analyse(qtbot, window, files("good"))
        choose(qtbot, window, items[0])
        assert window.notes.visibleRegion().isEmpty()  # behind the findings
        window.notes.write()
        qtbot.waitUntil(lambda: not window.notes.visibleRegion().isEmpty(), timeout=5_000)

    def test_they_fit_a_small_screen(self, qtbot, window):
        window.resize(1024, 700)
        window.menus.actions["reset-layout"].trigger()
        qtbot.wait(50)
        assert (window.width(), window.height()) == (1024, 700)
        assert window.pages.width() > 300
        assert window.pages.height() > 200
        assert not window.message.horizontalScrollBar().isVisible()

    def test_f6_goes_round(self, qtbot, window, files):
        items = analyse(qtbot, window, files("good"))
        choose(qtbot, window, items[0])
        window.activateWindow()
        seen = set()
        for _ in range(4):
            window.menus.actions["next-panel"].trigger()
            focus = QApplication.focusWidget()
            seen |= {name for name, dock in window.docks.docks.items() if dock.isAncestorOf(focus)} or {"middle"}
        assert seen >= {FILES, FINDINGS, TIMELINE, "middle"}

    def test_the_picture_alone_and_back(self, window):
        window.player.full_screen_requested.emit(True)
        assert not any(dock.isVisible() for dock in window.docks.docks.values())
        assert not window.menuBar().isVisible()
        window.player.full_screen_requested.emit(False)
        assert window.docks.docks[FILES].isVisible()
        assert window.menuBar().isVisible()
        assert not window.isFullScreen()


class TestThemes:
    @pytest.mark.parametrize(("theme", "tokens"), [("light", LIGHT_TOKENS), ("dark", DARK_TOKENS)])
    def test_they_change_at_once_and_are_remembered(self, qtbot, window, theme, tokens):
        window.menus.actions["theme-dark" if theme == "light" else "theme-light"].trigger()
        window.menus.actions[f"theme-{theme}"].trigger()
        assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(tokens.window)
        ink = QColor(tokens.text)
        qtbot.waitUntil(lambda: window.palette().color(QPalette.ColorRole.WindowText) == ink, timeout=2_000)
        assert window.settings.theme == theme
        assert window.menus.actions[f"theme-{theme}"].isChecked()

    def test_a_shown_finding_is_drawn_in_the_new_colours(self, qtbot, window, files):
        window.menus.actions["theme-light"].trigger()
        items = analyse(qtbot, window, files("good"))
        choose(qtbot, window, items[0])

        def ink():
            table = window.findings.findChild(PeopleTable)
            return None if table is None else table.item(0, 1).foreground().color()

        qtbot.waitUntil(lambda: ink() in map(QColor, LIGHT.values()), timeout=5_000)
        window.menus.actions["theme-dark"].trigger()
        qtbot.waitUntil(lambda: ink() in map(QColor, DARK.values()), timeout=5_000)

    @pytest.mark.parametrize(("tokens", "tones"), [(LIGHT_TOKENS, LIGHT), (DARK_TOKENS, DARK)])
    def test_text_can_be_read(self, tokens, tones):
        for ink in (tokens.text, tokens.quiet, tokens.link, *tones.values()):
            for paper in (tokens.window, tokens.base):
                assert contrast(ink, paper) >= 4.5, (ink, paper)
        assert contrast(tokens.on_accent, tokens.accent) >= 4.5

    def test_an_unknown_theme_in_the_settings_is_that_of_the_system(self, settings):
        settings._store.setValue("view/theme", "pink")
        assert settings.theme == "system"


def contrast(ink: str, paper: str) -> float:
    """Contrast by WCAG 2."""

    def luminance(text):
        parts = QColor(text).getRgbF()[:3]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TestKeys:
    def test_every_command_has_text_and_every_menu_a_mnemonic(self, window):
        commands = window.menus.all_actions()
        assert len(commands) > 50
        assert [action.objectName() for _, action in commands if not action.text().strip("& ")] == []
        assert all("&" in action.text() for action in window.menuBar().actions())

    def test_mnemonics_of_a_menu_differ(self, window):
        check_mnemonics(window)

    def test_keys_of_the_window_are_unique(self, window):
        wide = [action for _, action in window.menus.all_actions()
                if action.shortcutContext() == Qt.ShortcutContext.WindowShortcut]  # fmt: skip
        keys = [key.toString() for action in set(wide) for key in action.shortcuts()]
        local = [key.toString() for _, action in window.menus.all_actions() if action not in wide
                 for key in action.shortcuts()]  # fmt: skip
        assert len(keys) == len(set(keys)) > 25
        assert set(keys) & set(local) == set()

    def test_a_key_reaches_its_command(self, qtbot, window):
        window.activateWindow()
        qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
        dialog = window.findChild(ShortcutsDialog)
        assert dialog is not None
        keys = [dialog.tree.topLevelItem(i).child(j).text(1) for i in range(dialog.tree.topLevelItemCount())
                for j in range(dialog.tree.topLevelItem(i).childCount())]  # fmt: skip
        assert QKeySequence("Ctrl+O").toString(QKeySequence.SequenceFormat.NativeText) in keys
        dialog.search.setText("theme that does not exist")
        assert all(dialog.tree.topLevelItem(i).isHidden() for i in range(dialog.tree.topLevelItemCount()))
        close_all(window)


class TestIntake:
    def test_a_dropped_folder_is_searched(self, qtbot, window, tmp_path):
        folder = tmp_path / "evidence" / "deep"
        folder.mkdir(parents=True)
        write_clip(folder / "one.mp4")
        (folder / "notes.txt").write_text("no video")
        with qtbot.waitSignal(window.session.files_found, timeout=20_000):
            drop(window, [tmp_path / "evidence"])
        assert [item.path.name for item in window.session.queue.items] == ["one.mp4"]

    def test_a_folder_without_media_is_answered(self, qtbot, window, tmp_path):
        (tmp_path / "nothing").mkdir()
        with qtbot.waitSignal(window.session.files_found, timeout=20_000):
            window.add([tmp_path / "nothing"])
        assert "No videos or pictures" in window.statusBar().currentMessage()

    def test_a_pasted_path_is_opened(self, qtbot, window, files):
        (path,) = files("good")
        QGuiApplication.clipboard().setText(f'  "{path}"\n')
        with qtbot.waitSignal(window.session.files_found, timeout=20_000):
            window.menus.actions["paste"].trigger()
        assert [item.path for item in window.session.queue.items] == [path]

    def test_other_text_is_answered(self, window):
        QGuiApplication.clipboard().setText("just a sentence, no path\0")
        window.menus.actions["paste"].trigger()
        assert "names no file" in window.statusBar().currentMessage()
        assert window.session.queue.items == []

    def test_addresses_of_other_computers_are_no_files(self):
        data = QMimeData()
        data.setUrls([QUrl("https://example.org/a.mp4")])
        assert paths_in(data) == []

    def test_files_are_asked_for(self, qtbot, window, files, monkeypatch):
        paths = files("good", "weak")
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in paths], ""))
        with qtbot.waitSignal(window.session.files_found, timeout=20_000):
            window.menus.actions["open"].trigger()
        assert [item.path for item in window.session.queue.items] == paths
        assert window.settings.folder == str(paths[0].parent)

    def test_drops_without_files_do_nothing(self, window):
        data = QMimeData()
        data.setText("hello")
        event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                           Qt.KeyboardModifier.NoModifier)  # fmt: skip
        window.dropEvent(event)
        assert window.session.queue.items == []


def write_clip(path: Path) -> None:
    """A video of three frames."""
    import av
    import numpy as np

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class TestWelcome:
    def test_it_comes_once(self, window, another):
        window.settings.welcomed = False
        window.greet()
        dialog = window.findChild(WelcomeDialog)
        assert "does not mean that a video is unedited" in text_of(dialog)
        dialog.close()
        window.close()
        again = another()
        again.greet()
        assert again.findChild(WelcomeDialog) is None
        again.menus.actions["welcome"].trigger()
        assert again.findChild(WelcomeDialog).isVisible()
        close_all(again)

    def test_the_example_is_made_here_and_analysed(self, qtbot, window, tmp_path, monkeypatch):
        monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
        window.settings.welcomed = False
        window.greet()
        window.findChild(WelcomeDialog).example.click()
        qtbot.waitUntil(lambda: len(window.session.queue.items) == 1, timeout=60_000)
        made = window.session.queue.items[0].path
        import av

        with av.open(str(made)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 100
        monkeypatch.setattr("sjedd_gui.window.extras.Task", None)  # the second time nothing is made
        window.session.remove(window.session.queue.items[0].job)
        window.menus.actions["example"].trigger()
        assert made.is_file()

    def test_only_the_left_face_changes_and_only_after_a_second(self):
        import numpy as np

        from sjedd_gui.work import example

        photograph = example._photograph(example.PORTRAITS[0])
        changed = np.abs(example.alter(photograph).astype(int) - photograph).max(axis=2) > 12
        rows, columns = np.nonzero(changed)
        assert 150 < columns.min() < columns.max() < 300
        assert 50 < rows.min() < rows.max() < 200
        assert 0 < example.CHANGE < example.FRAMES


class TestModels:
    @pytest.fixture
    def models(self, tmp_path, monkeypatch):
        folder = tmp_path / "models"
        monkeypatch.setenv("SJEDD_MODELS", str(folder))
        write_hollow(folder / "one.sjedd")
        write_hollow(folder / "two.sjedd", calibration=None, name="uncalibrated")
        (folder / "bad.sjedd").write_bytes(b"rubbish")
        return folder

    @pytest.fixture
    def dialog(self, qtbot, window, models):
        window.extras.show_models()
        dialog = window.findChild(ModelsDialog)
        idle(qtbot, dialog)
        yield dialog
        dialog.close()

    def test_all_are_listed_and_broken_ones_say_why(self, qtbot, dialog):
        rows = {dialog.table.item(i, 0).text(): dialog.table.item(i, 1).text() for i in range(dialog.table.rowCount())}
        assert set(rows) == {"embedded", "one", "two", "bad"}
        assert "is not a model bundle" in rows["bad"]
        assert dialog.current()["model"] == "embedded"
        names = [dialog.card.item(i, 0).text() for i in range(dialog.card.rowCount())]
        assert {"Licence", "Trained on", "SHA-256"} <= set(names)

    def test_another_one_is_chosen(self, qtbot, window, dialog):
        select(qtbot, dialog, "one")
        assert dialog.use_button.isEnabled()
        dialog.use_button.click()
        assert window.settings.model == window.session.options.model == str(catalogue.user_folder() / "one.sjedd")
        assert "tiny" in window.status.model.text()
        assert not dialog.use_button.isEnabled()

    def test_what_cannot_judge_cannot_be_chosen(self, qtbot, dialog):
        for name in ("two", "bad"):
            select(qtbot, dialog, name)
            assert not dialog.use_button.isEnabled()

    def test_the_embedded_model_is_intact(self, qtbot, dialog):
        select(qtbot, dialog, "embedded")
        dialog.verify_button.click()
        idle(qtbot, dialog)
        assert "Intact: all 4 parts" in dialog.words.text()
        assert dialog.current()["sha256"] in dialog.words.text()

    def test_a_damaged_file_is_refused_in_words(self, qtbot, dialog, tmp_path, models):
        write_hollow(tmp_path / "new.sjedd")  # its graph is no graph: the golden pictures cannot be scored
        dialog.import_file(tmp_path / "new.sjedd")
        idle(qtbot, dialog)
        assert "cannot be run by ONNX Runtime" in dialog.words.text()
        assert not (models / "new.sjedd").exists()
        assert sorted(path.name for path in models.iterdir()) == ["bad.sjedd", "one.sjedd", "two.sjedd"]

    def test_a_good_file_is_taken_in(self, qtbot, dialog, tmp_path, models):
        write_embedded(tmp_path / "Copy of it.sjedd")
        dialog.import_file(tmp_path / "Copy of it.sjedd")
        idle(qtbot, dialog)
        assert "was imported and verified" in dialog.words.text() or dialog.current()["model"] == "copy-of-it"
        assert (models / "copy-of-it.sjedd").is_file()
        select(qtbot, dialog, "copy-of-it")
        assert dialog.use_button.isEnabled()

    def test_deleting_asks_and_the_embedded_one_stays(self, qtbot, dialog, models, monkeypatch):
        select(qtbot, dialog, "embedded")
        assert not dialog.remove_button.isEnabled()
        select(qtbot, dialog, "two")
        monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
        dialog.remove_button.click()
        idle(qtbot, dialog)
        assert not (models / "two.sjedd").exists()


def idle(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.task is None and dialog.table.rowCount() > 0, timeout=60_000)


def select(qtbot, dialog, name):
    row = next(i for i in range(dialog.table.rowCount()) if dialog.table.item(i, 0).text() == name)
    dialog.table.selectRow(row)
    idle(qtbot, dialog)


def write_embedded(target: Path) -> None:
    """The embedded model as one file."""
    from sjedd_video.model.bundle import embedded_path
    from sjedd_video.model.container import write_archive

    write_archive({path.name: path.read_bytes() for path in embedded_path().iterdir() if path.is_file()}, target)


class TestHelp:
    def test_the_guide_has_contents_and_can_be_searched(self, window):
        window.menus.actions["guide"].trigger()
        book = window.findChild(HelpWindow)
        assert book.contents.topLevelItemCount() == len(guide.PAGES)
        assert "The desktop app" in book.browser.toPlainText()
        book.search.setText("sidak level")
        found = book.contents.topLevelItem(0)
        book.contents.setCurrentItem(found)
        assert book.page == "verdict.md"
        book.search.setText("xyzzy")
        assert book.contents.topLevelItem(0).text(0) == "Nothing was found."
        book.close()

    def test_links_stay_inside(self, window):
        window.menus.actions["guide"].trigger()
        book = window.findChild(HelpWindow)
        book._follow(QUrl("verdict.md"))
        assert book.page == "verdict.md"
        book._follow(QUrl("https://example.org/verdict"))
        assert book.page == "verdict.md"
        assert book.browser.loadResource(2, QUrl("../../README.md")) is None
        book.close()

    def test_every_key_that_the_guide_names_exists(self, window):
        keys = {key.toString() for _, action in window.menus.all_actions() for key in action.shortcuts()}
        text = guide.read("app.md")
        for key in ("Ctrl+O", "Ctrl+Shift+O", "Ctrl+V", "Ctrl+P", "Ctrl+E", "Ctrl+Shift+C", "Ctrl+F1", "F6", "F11"):
            assert f"`{key}`" in text
            assert key in keys

    def test_about_names_versions(self, window):
        window.menus.actions["about"].trigger()
        dialog = window.findChild(QDialog)
        assert "sjedd-video" in text_of(dialog)
        assert "Qt 6" in text_of(dialog)
        dialog.close()


class TestPreview:
    def test_pages_are_shown_and_saved_as_shown(self, qtbot, window, files, tmp_path, monkeypatch):
        items = analyse(qtbot, window, files("good"))
        choose(qtbot, window, items[0])
        window.menus.actions["preview"].trigger()
        preview = window.findChild(ReportPreview)
        qtbot.waitUntil(preview.save_button.isEnabled, timeout=120_000)
        assert len(preview.pages) >= 3
        assert window.statusBar().currentMessage() == ""  # nothing is written any more
        assert preview.pages[0].picture.width() > 600
        target = tmp_path / "kept.pdf"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
        preview.save_button.click()
        assert target.read_bytes() == preview.pdf.read_bytes()
        folder = preview.pdf.parent
        qtbot.waitUntil(lambda: not window.findChildren(Task), timeout=20_000)  # what drew the pages is gone
        preview.close()
        qtbot.waitUntil(lambda: window.findChild(ReportPreview) is None, timeout=5_000)
        window.close()
        assert not folder.exists()


class TestCases:
    def test_a_lost_case_is_offered(self, window, monkeypatch, tmp_path):
        lost = Recoverable(tmp_path / "lost.sjcase", "2026-01-02T10:00:00+00:00", 3)
        opened = []
        monkeypatch.setattr(window.session, "recoverable", lambda: [lost])
        monkeypatch.setattr(window.session, "open_case", opened.append)
        window.greet()
        assert "3 files" in window.notice.words.text()
        button = next(b for b in window.notice.findChildren(QPushButton) if b.text() == "Open it")
        button.click()
        assert opened == [lost.path]
        assert not window.notice.isVisible()

    def test_recent_ones_are_listed_latest_first(self, settings, window, tmp_path):
        for i in range(MOST_RECENT + 2):
            settings.add_recent_case(tmp_path / f"{i}.sjcase")
        settings.add_recent_case(tmp_path / "5.sjcase")
        assert settings.recent_cases[0].name == "5.sjcase"
        assert len(settings.recent_cases) == MOST_RECENT
        menu = QMenu()
        window.cases.fill_recent(menu)
        assert menu.actions()[0].text().endswith("5.sjcase")
        menu.actions()[-1].trigger()
        assert settings.recent_cases == []

    def test_a_refused_case_is_told(self, window):
        window.session.case_failed.emit("The case is damaged.", "Use a copy.")
        box = window.findChild(QMessageBox)
        assert "The case is damaged.\n\nUse a copy." in box.text()
        box.close()


class TestFaults:
    @pytest.fixture
    def reporter(self, qapp, tmp_path):
        reporter = Reporter(tmp_path / "logs" / "app.log")
        yield reporter
        reporter.close()

    def test_an_exception_in_a_slot_is_shown_and_logged(self, qtbot, window, reporter):
        with qtbot.capture_exceptions() as caught:  # pytest-qt has a hook of its own inside the loop
            sys.excepthook = reporter._caught
            QTimer.singleShot(0, lambda: 1 / 0)
            qtbot.waitUntil(lambda: reporter.box is not None or bool(caught), timeout=5_000)
        assert reporter.box is not None
        assert "ZeroDivisionError" in reporter.box.informativeText()
        assert str(reporter.log) in reporter.box.informativeText()
        assert "1 / 0" in reporter.box.detailedText()
        assert "ZeroDivisionError" in reporter.log.read_text("utf-8")
        reporter.box.close()
        assert window.isVisible()

    def test_many_faults_make_one_window_and_many_entries(self, qtbot, reporter):
        for i in range(3):
            try:
                raise ValueError(f"number {i}")
            except ValueError as error:
                reporter._caught(type(error), error, error.__traceback__)
        qtbot.waitUntil(lambda: reporter.box is not None, timeout=5_000)
        assert len([w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]) == 1
        assert reporter.log.read_text("utf-8").count("ValueError: number") == 3
        reporter.box.close()

    def test_a_background_process_that_dies_is_told(self, qtbot, window):
        from sjedd_gui.work.background import Task

        task = Task("no such task", window)
        with qtbot.waitSignal(task.failed, timeout=30_000) as told:
            task.start()
        assert "KeyError" in told.args[0]

    def test_settings_survive(self, tmp_path):
        path = str(tmp_path / "a.ini")
        first = Settings(QSettings(path, QSettings.Format.IniFormat))
        first.theme, first.language, first.model, first.welcomed = "dark", "de", "/models/a.sjedd", True
        first.sync()
        again = Settings(QSettings(path, QSettings.Format.IniFormat))
        assert (again.theme, again.language, again.model, again.welcomed) == ("dark", "de", "/models/a.sjedd", True)


def test_the_empty_page_offers_what_to_do(qtbot, window, files, monkeypatch):
    assert "Drop videos here" in message(window)
    paths = files("good")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in paths], ""))
    with qtbot.waitSignal(window.session.files_found, timeout=20_000):
        window.message._open.click()
    assert len(window.session.queue.items) == 1
