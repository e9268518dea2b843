"""The pictures of the desktop app in docs/images: the real window off screen, with real findings of clips made here.

Usage: python packaging/screenshots.py docs/images
Settings, cases and clips live in a temporary folder. Run by ``make screenshots``.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image
    from PySide6.QtGui import QPixmap

    from sjedd_gui.views.queue import QueueItem

SIZE = (1440, 900)
LONGEST_S = 120.0
REST_S = 1.5
"""Time for the frame, its exhibits and the layout to settle."""
EXACT = 128
"""Colours of the window that are kept: flat, so that they are the most frequent ones."""


def main(target: Path) -> int:
    """Write all pictures into ``target``."""
    with tempfile.TemporaryDirectory(prefix="sjedd-pictures-") as name:
        folder = Path(name)
        os.environ["QT_QPA_PLATFORM"], os.environ["LANG"] = "offscreen", "C.UTF-8"
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):  # children are to see them as well
            os.environ[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
        target.mkdir(parents=True, exist_ok=True)
        show(target, make_clips(folder / "clips"), folder)
    return 0


def show(target: Path, clips: dict[str, Path], folder: Path) -> None:
    """Bring the window into every state, and take its picture there."""
    from sjedd_gui.app import make_application

    app = make_application()
    desk = Desk(target, folder)
    desk.open("en", "light")
    desk.take("empty")
    desk.window.add(list(clips.values()))
    desk.wait(lambda: any(item.fraction > 0.3 for item in desk.items))
    desk.take("running", rest=0.0)
    desk.wait(lambda: len(desk.items) == len(clips) and not desk.window.session.unfinished)
    for name, clip in (("inconclusive", "voice message"), ("no-face", "kitchen"), ("error", "download")):
        desk.choose(clips[clip])
        desk.take(name)
    desk.choose(clips["interview"], telling=True)
    desk.take("result")
    desk.preview()
    desk.window.choose_theme("dark")
    desk.take("dark")
    desk.close()
    desk.open("de", "light")
    desk.window.add([clips["interview"], clips["voice message"]])
    desk.wait(lambda: len(desk.items) == 2 and not desk.window.session.unfinished)
    desk.choose(clips["interview"], telling=True)
    desk.take("german")
    desk.close()
    del app


class Desk:
    """A window, what happens in it, and its pictures."""

    def __init__(self, target: Path, folder: Path) -> None:
        self.target, self.folder = target, folder

    @property
    def items(self) -> list[QueueItem]:
        return self.window.session.queue.items

    def open(self, language: str, theme: str) -> None:
        """Open a window as the app does, for somebody who has seen the welcome."""
        from PySide6.QtCore import QSettings
        from PySide6.QtWidgets import QApplication

        from sjedd_gui import i18n
        from sjedd_gui.case.session import Session
        from sjedd_gui.settings import Settings
        from sjedd_gui.window.main_window import MainWindow
        from sjedd_video.options import AnalysisOptions

        settings = Settings(QSettings(str(self.folder / f"{language}.ini"), QSettings.Format.IniFormat))
        settings.welcomed, settings.theme = True, theme
        i18n.install(QApplication.instance(), language)
        self.window = MainWindow(Session(AnalysisOptions(), folder=self.folder / "cases" / language), settings)
        self.window.resize(*SIZE)
        self.window.show()
        self.wait_for(REST_S)
        self.window.docks.reset()  # the screen that there is not is small
        self.window.greet()
        self.wait_for(REST_S)

    def close(self) -> None:
        """Close it; its processes are gone then."""
        self.window.close()
        self.wait_for(0.3)

    def choose(self, path: Path, *, telling: bool = False) -> None:
        """Choose a file and wait for what belongs to it: its frame, or a page that says why there is none."""
        item = next(item for item in self.items if item.path == path)
        self.window.files.select(item.job)
        if item.state == "done":
            focus = self.window.focus
            self.wait(lambda: focus.loaded is not None and focus.loaded.job == item.job)
            if focus.loaded is not None and focus.loaded.result.evidence.stream is not None:
                self.wait(lambda: focus.shown is not None)
            if telling:
                self.wait_for(REST_S)
                seen = focus.loaded.result.exhibits[0].score.observation
                focus.choose(seen.track)
                focus.seek(seen.time.seconds)

    def preview(self) -> None:
        """Take the picture of the report preview, before the window that it belongs to."""
        from PySide6.QtGui import QColor, QPainter

        from sjedd_gui.widgets.report_preview import ReportPreview

        self.window.extras.preview_report()
        dialog = self.window.findChild(ReportPreview)
        dialog.resize(SIZE[0] * 2 // 3, SIZE[1] - 60)
        self.wait(dialog.save_button.isEnabled)
        self.wait_for(REST_S)
        picture, front = self.window.grab(), dialog.grab()
        corner = [(whole - part) // 2 for whole, part in zip(SIZE, (front.width(), front.height()), strict=True)]
        painter = QPainter(picture)
        painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
        painter.drawPixmap(*corner, front)
        painter.setPen(QColor(90, 90, 90))
        painter.drawRect(*corner, front.width(), front.height())
        painter.end()
        self.save("report-preview", picture)
        dialog.close()
        self.wait_for(0.3)

    def take(self, name: str, rest: float = REST_S) -> None:
        """Take the picture of the window."""
        self.wait_for(rest)
        self.window.statusBar().clearMessage()
        self.save(name, self.window.grab())

    def save(self, name: str, picture: QPixmap) -> None:
        """Write a picture with few colours: it is loaded with the page that shows it."""
        from PIL import Image
        from PySide6.QtCore import QBuffer

        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        picture.save(buffer, "PNG")
        path = self.target / f"app-{name}.png"
        with Image.open(io.BytesIO(buffer.data().data())) as image:
            reduced(image.convert("RGB")).save(path, optimize=True)
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB", flush=True)

    def wait(self, ready: Callable[[], bool]) -> None:
        """Let the app run until something has happened."""
        until = time.monotonic() + LONGEST_S
        while not ready():
            if time.monotonic() > until:
                raise TimeoutError("The window did not get where its picture was to be taken.")
            self.wait_for(0.01)

    @staticmethod
    def wait_for(seconds: float) -> None:
        """Let the app run for some time."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()


def reduced(image: Image.Image) -> Image.Image:
    """The image in 256 colours: those of the window as they are, the others of the film as well as they can be."""
    from PIL import Image

    counted = sorted(image.getcolors(1 << 24), reverse=True)
    window = [colour for _, colour in counted[:EXACT]]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(value for colour in window for value in colour), *image.quantize(256 - EXACT).getpalette()])
    few = np.array(image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG))
    packed = np.array(image).astype(np.int64) @ (65536, 256, 1)
    order = np.argsort(keys := np.array(window) @ (65536, 256, 1))
    place = np.minimum(np.searchsorted(keys, packed, sorter=order), len(keys) - 1)
    exact = keys[order[place]] == packed
    few[exact] = order[place][exact]
    found = Image.fromarray(few.astype(np.uint8), "P")
    found.putpalette(palette.getpalette())
    return found


def make_clips(folder: Path) -> dict[str, Path]:
    """Two people; a face for a moment only; a clip without anybody; a download that broke off. By their names."""
    from sjedd_gui.work.example import frames, make_example, write_clip

    folder.mkdir(parents=True)
    clips = {name: folder / f"{name}.mp4" for name in ("interview", "voice message", "kitchen", "download")}
    make_example(clips["interview"], lambda *_: None)
    write_clip(clips["voice message"], (_leaves(frame, i) for i, frame in enumerate(frames())))
    write_clip(clips["kitchen"], _kitchen())
    whole = clips["interview"].read_bytes()
    clips["download"].write_bytes(whole[: len(whole) // 3])
    return clips


def _leaves(frame: NDArray[np.uint8], i: int) -> NDArray[np.uint8]:
    """One person upright, who turns the camera away after a moment: too few faces for a verdict."""
    import cv2

    person = frame[:, 620:924]
    if i >= 9:
        person = np.roll(cv2.GaussianBlur(person, (0, 0), 60), 40 * i, axis=1)
    return np.ascontiguousarray(person)


def _kitchen() -> Iterator[NDArray[np.uint8]]:
    """A cup of coffee, over which the camera moves."""
    import importlib.util

    from PIL import Image

    place = Path(importlib.util.find_spec("skimage").origin).parent / "data" / "coffee.png"
    with Image.open(place) as image:
        cup = np.asarray(image.convert("RGB").resize((1080, 720)))
    for i in range(100):
        yield np.ascontiguousarray(cup[i : i + 540, i : i + 960])


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
