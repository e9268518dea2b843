"""Smoke test of the frozen desktop app: it is complete, starts without Python, judges a clip, leaves nothing behind.

Usage: python packaging/smoke.py dist/sjedd-video/sjedd-video
The app's own example clip is handed to the real window (off screen); its verdict is read from the case that the app
keeps by itself.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import of_session

from sjedd_gui.work.example import make_example

WAIT_S = 300
HELP = "sjedd_gui/resources/help"


def main(program: Path) -> int:
    """Run the checks; 0 when all passed."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    print(said.strip())
    missing = [name for name in pictures() if not any(program.parent.rglob(f"{HELP}/{name}"))]
    print(f"pictures of the guide that are missing: {missing or 'none'}")
    with tempfile.TemporaryDirectory(prefix="sjedd-smoke-") as folder:
        home, clip = Path(folder), Path(folder) / "example.mp4"
        make_example(clip, lambda *_: None)
        # No Python, no user's settings: only what the folder itself brings.
        surroundings = {"HOME": folder, "PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
        surroundings |= {name: str(home) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        app = subprocess.Popen([program, str(clip)], env=surroundings, start_new_session=True)
        try:
            outcome = _wait(app, home)
        finally:
            app.terminate()
            app.wait(30)
        print(f"outcome of {clip.name}: {outcome}")
        time.sleep(6.0)  # children notice that their parent is gone
        left = of_session(app.pid)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    print(f"processes left behind: {len(left)}")
    return 0 if outcome == "judged" and not left and not missing else 1


def pictures() -> list[str]:
    """Pictures that the guide shows, as it names them."""
    guide = Path(__file__).parents[1] / "docs" / "app.md"
    return re.findall(r"\]\((images/[^)]+)\)", guide.read_text("utf-8"))


def _wait(app: subprocess.Popen[bytes], home: Path) -> str:
    from sjedd_video.store import CaseStore

    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and app.poll() is None:
        time.sleep(1.0)
        for path in home.rglob("*.sjedd-case"):
            with CaseStore(path, readonly=True) as case:
                counts = case.counts()
            if counts:
                return next(iter(counts))
    return f"none (the app ended with {app.returncode})" if app.poll() is not None else "none in time"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
