"""``python -m sjedd_gui.bench``: how quickly the window starts, how long it stalls, and whether its memory grows.

The real window off screen, in temporary folders, with the real analysis in its process. See docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_gui.settings import Settings
from sjedd_gui.work.child import ANALYZE
from sjedd_video.options import AnalysisOptions

if TYPE_CHECKING:
    from sjedd_gui.window.main_window import MainWindow
    from sjedd_video.progress import CancelToken, Progress
    from sjedd_video.types import AnalysisResult, FaceScore

STARTS = 5
HOUR_S, PEOPLE = 3600, 10
BEAT_MS = 5
LONGEST_S = 300.0
FILES = (1, 10, 25, 50)
"""Files after which the memory is read."""


class Heart:
    """Beats every 5 ms in the thread of the window; a longer time between two beats is a stall."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.wall, self.own = 0.0, 0.0
        self._last = self._now()
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def begin(self) -> None:
        """Forget what was longest."""
        self.wall, self.own, self._last = 0.0, 0.0, self._now()

    def longest(self) -> str:
        """The longest times between beats since ``begin``: on the clock, and that the thread itself computed."""
        return f"{1000 * self.wall:.0f} ms ({1000 * self.own:.0f} ms computing)"

    def _beat(self) -> None:
        now = self._now()
        wall, own = (new - old for new, old in zip(now, self._last, strict=True))
        self._last = now
        self.wall, self.own = max(wall, self.wall), max(own, self.own)

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.thread_time()


def main() -> int:
    """Measure everything and print a table."""
    parser = argparse.ArgumentParser(prog="python -m sjedd_gui.bench", description=__doc__)
    parser.add_argument("--files", type=int, default=FILES[-1], help="small files for the memory (default 50)")
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory(prefix="sjedd-bench-") as name:
        folder = Path(name)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):  # the children are to see them as well
            os.environ[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
        settings = Settings()
        settings.welcomed = True
        settings.sync()
        _say(f"{os.cpu_count()} processors, load of the machine before: {_load()}")
        starts = start_ups()
        _say(f"start to usable window        {statistics.median(starts):.2f} s       goal 1.5 s "
             f"(warm, median of {len(starts)}: {', '.join(f'{value:.2f}' for value in starts)})")  # fmt: skip
        clips = _clips(folder)
        _say(f"analysing 10 s of 1080p       {stall_while_analysing(clips[0])}       goal 50 ms")
        _say(f"loading an hour, {PEOPLE} people   {stall_while_loading(clips[1])}       goal 100 ms")
        _say(f"memory of the window          {memory(clips[1], folder, count)}       goal flat")
        _say(f"load of the machine after: {_load()}")
    return 0


def start_ups() -> list[float]:
    """Seconds from the start of the process to a painted window that takes events; the first start is left out."""
    found = []
    for _ in range(STARTS + 1):
        begin = time.monotonic()
        command = [sys.executable, "-P", "-c", "from sjedd_gui.bench import started; started()"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=LONGEST_S)
        found.append(float(done.stdout.split()[-1]) - begin)
    return found[1:]


def started() -> None:
    """Run the app in this process; print the time at which its window is usable, and close it."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    from sjedd_gui import app
    from sjedd_gui.widgets.pages import MessagePage

    class Watch(QObject):
        seen = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if not self.seen and event.type() == QEvent.Type.Paint and isinstance(watched, MessagePage):
                self.seen = True
                QTimer.singleShot(0, watched, lambda: self.tell(watched))
            return False

        def tell(self, page: MessagePage) -> None:
            _say(str(time.monotonic()))
            page.window().close()

    application = app.make_application()
    watch = Watch()
    application.installEventFilter(watch)
    app.main([])


def stall_while_analysing(clip: Path) -> str:
    """The longest stall from adding the clip until its finding is shown."""
    return _stall(clip, ANALYZE)


def stall_while_loading(clip: Path) -> str:
    """The longest stall until a finding of an hour, read from the case, is shown."""
    return _stall(clip, "sjedd_gui.bench:hour")


def hour(path: Path, options: AnalysisOptions, *, progress: Progress, cancel: CancelToken) -> AnalysisResult:
    """Runs in the analysis process: the finding of a clip, drawn out to an hour with ten people."""
    from sjedd_gui.work.child import analyze
    from sjedd_video.types import FrameTime

    result = analyze(path, options, progress=progress, cancel=cancel)
    if not result.people or result.sampling is None:
        return result
    base = Fraction(1, 1000)
    times = tuple(FrameTime(1000 * second, base) for second in range(HOUR_S))

    def drawn(score: FaceScore, track: int, second: int) -> FaceScore:
        return replace(score, observation=replace(score.observation, track=track, time=times[second]))

    people = []
    for track in range(1, PEOPLE + 1):
        like = result.people[track % len(result.people)]
        scores = tuple(drawn(like.scores[s % len(like.scores)], track, s) for s in range(HOUR_S))
        people.append(replace(like, track=track, scores=scores, usable=(True,) * HOUR_S, spans=()))
    return replace(result, people=tuple(people), sampling=replace(result.sampling, times=times, shots=()))


def memory(clip: Path, folder: Path, count: int) -> str:
    """Resident memory of the window's process at the start and after some files, each shown when it is done."""
    window = _window()
    _until(lambda: False, 1.0)
    found = [f"start {_resident():.0f}"]
    for number in range(1, count + 1):
        path = folder / f"small {number}.mp4"
        shutil.copyfile(clip, path)
        window.add([path])
        _until(lambda: window.focus.loaded is not None and window.focus.loaded.path == path)  # noqa: B023
        _until(lambda: window.focus.shown is not None)
        if number in FILES or number == count:
            _until(lambda: False, 1.0)
            found.append(f"{number} files {_resident():.0f}")
            _say(f"   memory so far: {found[-1]} MiB")
    _close(window)
    return f"{', '.join(found)} MiB"


def _stall(clip: Path, function: str) -> str:
    window, heart = _window(function), Heart()
    _until(lambda: False, 1.0)
    heart.begin()
    window.add([clip])
    _until(lambda: window.focus.loaded is not None and window.focus.shown is not None)
    _until(lambda: False, 3.0)
    longest = heart.longest()
    _close(window)
    return longest


def _clips(folder: Path) -> tuple[Path, Path]:
    """10 s of 1080p30 and one second of 480 x 270, with two people."""
    import av
    import cv2
    import numpy as np

    from sjedd_gui.work.example import frames

    pictures = list(frames())
    paths = (folder / "large.mp4", folder / "small.mp4")
    for path, size, count in zip(paths, ((1920, 1080), (480, 270)), (300, 25), strict=True):
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=30, options={"preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            for i in range(count):
                picture = np.asarray(cv2.resize(pictures[i % len(pictures)], size), np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode(None))
    return paths


def _window(function: str = ANALYZE) -> MainWindow:
    from sjedd_gui import app
    from sjedd_gui.case.session import Session
    from sjedd_gui.window.main_window import MainWindow

    app.make_application()
    window = MainWindow(Session(AnalysisOptions(), function=function))
    window.resize(1440, 900)
    window.show()
    window.session.prepare()  # as the app does
    return window


def _close(window: MainWindow) -> None:
    window.session.queue.items.clear()  # nothing left to ask about
    window.close()
    window.deleteLater()
    _until(lambda: False, 0.2)


def _until(ready: Callable[[], bool], longest: float = LONGEST_S) -> None:
    """Let the window live until something has happened, or for some time."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, check, end = QEventLoop(), QTimer(interval=20), time.monotonic() + longest
    check.timeout.connect(lambda: loop.quit() if ready() or time.monotonic() > end else None)
    check.start()
    loop.exec()


def _resident() -> float:
    """MiB of this process in memory; 0 where the system does not tell it in ``/proc``."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
