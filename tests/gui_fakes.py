"""A pretended analysis for the desktop app; the name of the file says what happens. Imported by the child process."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from dataclasses import replace

from results_factory import ALL, judged
from sjedd_video.errors import ModelError
from sjedd_video.types import AnalysisResult

FUNCTION = "gui_fakes:analyze"


def analyze(path, options, *, progress, cancel) -> AnalysisResult:
    """Act as the file's name says: one of ``results_factory.ALL``, or a misfortune; everything else is judged."""
    progress("frames", 0, 4)
    match path.stem:
        case "slow":
            while True:
                cancel.raise_if_cancelled()
                time.sleep(0.01)
        case "stuck":
            while True:
                time.sleep(0.01)
        case "crash":
            sys.stderr.write("the last words of a library\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        case "model":
            raise ModelError("The model is damaged.", "Import it again.")
        case "defect":
            raise ZeroDivisionError("nobody thought of this")
        case "noisy":
            os.write(1, b"a library writes to standard output\n")
            print('{"type": "done", "job": 1}')
    progress("frames", 4, 4)
    progress("verdict", 1, 1)
    result = ALL.get(path.stem, judged)()
    content = hashlib.sha256(str(path).encode()).hexdigest()  # every pretended file has another content
    return replace(
        result, evidence=replace(result.evidence, path=str(path), sha256_before=content, sha256_after=content)
    )
