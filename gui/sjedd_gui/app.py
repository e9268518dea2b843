"""``sjedd-gui``: the desktop app."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_video import __version__
from sjedd_video.errors import ExitCode, SjeddError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

NO_QT = """The desktop app needs PySide6, which is not installed. Install it with

    pip install "sjedd-video[gui]"
"""
NO_LIBRARY = """The desktop app cannot start: {error}.
On Debian and Ubuntu the libraries that it needs are installed with

    sudo apt install libegl1 libgl1 libglib2.0-0 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 \\
        libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libwayland-cursor0 fonts-dejavu-core
"""
NO_SCREEN = """The desktop app found no screen: neither DISPLAY nor WAYLAND_DISPLAY is set.
Start it on a desktop, or use the command line: sjedd-video analyze FILE
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app until its window closes; the exit code is one of ``sjedd_video.errors.ExitCode``."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments and arguments[0].startswith("--sjedd-"):
        return _run_child(arguments)
    parsed = _parser().parse_args(arguments)
    problem = _missing()
    if problem:
        sys.stderr.write(problem)
        return int(ExitCode.USAGE)
    try:
        return _run(parsed.files, parsed.model)
    except SjeddError as error:
        sys.stderr.write(f"Error: {error.message}\n{error.advice}\n")
        return int(error.code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sjedd-gui",
        description="Drop videos, read whether, when and on whose face something was altered, save the report. "
        "Everything stays on this computer.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="videos, pictures or folders to start with")
    parser.add_argument("--model", metavar="M", help="path of a model bundle (default: the embedded model)")
    parser.add_argument("--version", action="version", version=f"sjedd-gui {__version__}")
    return parser


def _missing() -> str:
    """What keeps the app from starting, in words; empty when nothing does. Qt itself would abort without them."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ModuleNotFoundError:
        return NO_QT
    except ImportError as error:
        return NO_LIBRARY.format(error=error)
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return NO_SCREEN
    return ""


def _run(files: Sequence[Path], model: str | None) -> int:
    from sjedd_gui import i18n
    from sjedd_gui.settings import Settings
    from sjedd_video.options import AnalysisOptions

    settings = Settings()
    app = make_application()
    i18n.install(app, settings.language)
    from PySide6.QtCore import QTimer

    from sjedd_gui.case.session import Session
    from sjedd_gui.window.crash import Reporter
    from sjedd_gui.window.main_window import MainWindow

    reporter = Reporter()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop does not hand Ctrl-C to Python
    window = MainWindow(Session(AnalysisOptions.parse({"model": model or settings.model})), settings)
    window.show()
    QTimer.singleShot(0, window, window.greet)
    QTimer.singleShot(0, window, window.session.prepare)
    if files:
        QTimer.singleShot(0, window, lambda: window.add([path.absolute() for path in files]))
    try:
        return app.exec()
    finally:
        reporter.close()


def make_application() -> QApplication:
    """The Qt application with its names set."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("sjedd-video")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("sjedd-video")
    return app


def _run_child(arguments: list[str]) -> int:
    """A frozen application starts its child processes as itself, told apart by the first argument."""
    from sjedd_gui.player import media
    from sjedd_gui.work import child, tasks
    from sjedd_video.decode import process

    if arguments[0] == child.FLAG:
        child.main(arguments[1:])
        return 0
    if arguments[0] == tasks.FLAG:
        tasks.main(arguments[1:])
        return 0
    if arguments[0] == media.FLAG:
        from sjedd_gui.player.child import main as show_frames

        show_frames(arguments[1:])
        return 0
    if arguments[0] == process.FLAG:
        from sjedd_video.decode.child import main as decode

        decode(arguments[1:])
        return 0
    sys.stderr.write(f"sjedd-gui: unknown option {arguments[0]}\n")
    return int(ExitCode.USAGE)


if __name__ == "__main__":
    raise SystemExit(main())
