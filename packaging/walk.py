"""A walk through the desktop app as a user takes it: a real window on a screen of its own, with real mouse and keys.

Usage: python packaging/walk.py [--pictures FOLDER]
Needs Xvfb, xdotool and pdftotext (Debian: xvfb xdotool poppler-utils); without them it says so and ends with 0. Start,
open, wait for the finding, step frames, click into the timeline, write a note, save the PDF, find the note in it, quit,
and look whether a process is left. ``--pictures`` keeps one PNG per step.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from processes import of_session

SCREEN = (1440, 900)
TOOLS = {"Xvfb": "xvfb", "xdotool": "xdotool", "pdftotext": "poppler-utils"}
NOTE = "The mouth moves before the sound at this place"
WAIT_S = 60.0
POLL_S = 0.25


def main() -> int:
    """Walk; 0 when every step went as it should."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=Path, help="folder for one PNG per step")
    pictures = parser.parse_args().pictures
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if missing or sys.platform != "linux":
        print(f"The walk was left out; it needs Linux and: {' '.join(missing)}")
        return 0
    with tempfile.TemporaryDirectory(prefix="sjedd-walk-") as folder, Screen() as screen:
        return Walk(Path(folder), screen, pictures).go()


class Screen:
    """A screen that nobody sees."""

    def __enter__(self) -> Screen:
        """Start it on the first free number."""
        reading, writing = os.pipe()
        size = "x".join(map(str, SCREEN))
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
            pass_fds=[writing], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as answers:
            self.name = f":{answers.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        """Switch it off."""
        self._server.terminate()
        self._server.wait(20)

    def do(self, *arguments: object) -> str:
        """Move the mouse or press keys."""
        command = ["xdotool", *map(str, arguments)]
        surroundings = {**os.environ, "DISPLAY": self.name}
        done = subprocess.run(command, capture_output=True, text=True, env=surroundings, timeout=60, check=False)
        return done.stdout.strip()

    def keys(self, *names: str) -> None:
        """Press keys one after the other, with a little rest as a hand takes it."""
        for name in names:
            self.do("key", "--clearmodifiers", name)
            time.sleep(0.25)

    def type(self, text: str) -> None:
        """Type a text."""
        self.do("type", "--delay", 20, text)

    def click(self, x: float, y: float) -> None:
        """Click at a place."""
        self.do("mousemove", round(x), round(y), "sleep", 0.2, "click", 1)
        time.sleep(0.3)

    def focus(self) -> None:
        """Give the keyboard to the only window: there is no window manager that would."""
        time.sleep(0.5)
        self.do("search", "--onlyvisible", "--name", ".", "windowfocus")
        time.sleep(0.3)

    def titles(self) -> list[str]:
        """Titles of all visible windows."""
        found = self.do("search", "--onlyvisible", "--name", ".").split()
        return [self.do("getwindowname", window) for window in found]

    def picture(self, path: Path) -> None:
        """Keep what is on the screen."""
        from PySide6.QtGui import QGuiApplication

        app = QGuiApplication.instance() or QGuiApplication(["walk", "-platform", "xcb"])
        assert isinstance(app, QGuiApplication)
        path.parent.mkdir(parents=True, exist_ok=True)
        app.primaryScreen().grabWindow(0).save(str(path))


class Walk:
    """The steps, and what each must lead to."""

    def __init__(self, folder: Path, screen: Screen, pictures: Path | None) -> None:
        self.folder, self.screen, self.pictures = folder, screen, pictures
        self.clip, self.pdf = folder / "interview.mp4", folder / "kept.pdf"
        self.taken = 0

    def go(self) -> int:
        """Take all steps, and end the app whatever happens."""
        from sjedd_gui.work.example import make_example

        make_example(self.clip, lambda *_: None)
        homes = {f"XDG_{kind}_HOME": str(self.folder / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
        surroundings = {**os.environ, **homes, "HOME": str(self.folder), "DISPLAY": self.screen.name,
                        "QT_QPA_PLATFORM": "xcb", "LANG": "C.UTF-8"}  # fmt: skip
        os.environ["DISPLAY"] = self.screen.name  # for the pictures
        self.app = subprocess.Popen([sys.executable, "-P", "-m", "sjedd_gui"], env=surroundings, start_new_session=True)
        try:
            for step in (self.start, self.open, self.judge, self.look, self.note, self.export, self.quit):
                step()
        except AssertionError as error:
            self.told(f"FAILED: {error}")
            return 1
        finally:
            for pid in of_session(self.app.pid):
                os.kill(pid, signal.SIGKILL)
            self.app.wait(20)
        print("The walk went as it should.")
        return 0

    def start(self) -> None:
        """The welcome of the first start, closed by Escape."""
        self.wait("the welcome", lambda: len(self.screen.titles()) > 1)
        time.sleep(1.0)
        self.told("start: window and welcome")
        self.screen.keys("Escape")
        self.alone()

    def open(self) -> None:
        """Choose the clip in the dialog of Ctrl+O."""
        self.screen.keys("ctrl+o")
        self.wait("the dialog for files", lambda: len(self.screen.titles()) > 1)
        time.sleep(0.5)
        self.screen.type(str(self.clip))
        self.told("open: the dialog with the path")
        self.screen.keys("Return")
        self.alone()

    def judge(self) -> None:
        """Wait for the finding: the window is named after the file then."""
        self.wait("the finding", lambda: any(title.startswith(self.clip.name) for title in self.screen.titles()))
        time.sleep(3.0)
        self.told("judged: the finding is shown")

    def look(self) -> None:
        """Step frames in the picture, then click into the timeline."""
        width, height = SCREEN
        self.screen.click(width * 0.42, height * 0.2)
        self.screen.keys("Right", "Right", "Right", "Left", "shift+Right")
        time.sleep(1.0)
        self.told("frames: thirteenth frame by keys")
        self.screen.click(width * 0.40, height * 0.82)
        time.sleep(1.0)
        self.told("timeline: another frame by a click")

    def note(self) -> None:
        """Write on the frame by keyboard alone."""
        self.screen.keys("ctrl+m")
        time.sleep(0.5)
        self.screen.type(NOTE)
        time.sleep(1.5)  # what is written is stored after a short rest
        self.told("note: written")

    def export(self) -> None:
        """Save the report, and find the note in it."""
        self.screen.keys("ctrl+e")
        self.wait("the dialog for saving", lambda: len(self.screen.titles()) > 1)
        time.sleep(0.5)
        self.screen.keys("ctrl+a")
        self.screen.type(str(self.pdf))
        self.told("export: the dialog with the path")
        self.screen.keys("Return")
        self.alone()
        self.wait("the report", self.pdf.is_file)
        time.sleep(1.0)
        self.told("export: saved")
        text = subprocess.run(["pdftotext", self.pdf, "-"], capture_output=True, text=True, timeout=60, check=True)
        assert NOTE in " ".join(text.stdout.split()), "The report does not have the note."
        print(f"   {len(text.stdout.split())} words in the PDF, the note among them")

    def quit(self) -> None:
        """Ctrl+Q ends the window and everything that it started."""
        self.screen.keys("ctrl+q")
        self.wait("the end", lambda: self.app.poll() is not None, alive=False)
        assert self.app.returncode == 0, f"The app ended with {self.app.returncode}."
        self.wait("the end of its processes", lambda: not of_session(self.app.pid), 10.0, alive=False)
        print("quit: ended with 0, no process is left")

    def alone(self) -> None:
        """Wait until the dialog is gone, and give the keyboard back to the window."""
        self.wait("the window alone", lambda: len(self.screen.titles()) == 1, 20.0)
        self.screen.focus()

    def wait(self, what: str, ready: Callable[[], bool], longest: float = WAIT_S, *, alive: bool = True) -> None:
        """Wait until something has happened."""
        until = time.monotonic() + longest
        while not ready():
            assert not alive or self.app.poll() is None, f"The app ended with {self.app.returncode}."
            assert time.monotonic() < until, f"{what} did not come within {longest:.0f} s."
            time.sleep(POLL_S)

    def told(self, words: str) -> None:
        """Say where the walk is, and keep a picture of it."""
        self.taken += 1
        print(words, flush=True)
        if self.pictures is not None:
            self.screen.picture(self.pictures / f"{self.taken:02d}-{words.partition(':')[0].lower()}.png")


if __name__ == "__main__":
    raise SystemExit(main())
