"""Where reports go and writing them; no input ever overwrites another input's report."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_video.errors import OutputError
from sjedd_video.report.files import made_folder

if TYPE_CHECKING:
    from sjedd_video.types import AnalysisResult

LONGEST = 240
"""Bytes of a report's name before its ending; most disks allow 255 in all."""


class Names:
    """Hands out one report name per input file of a run, inside ``folder``.

    The name is the input's stem; where another input of this run, or a report that is already there, has it, the full
    file name, then the file name with a number.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()

    def base(self, path: Path, sha256: str = "") -> Path:
        """The path of the reports of ``path``, a file of this content, without an extension."""
        for name in _candidates(path):
            key = name.casefold()
            if key not in self._taken and _is_free(self._folder / name, path, sha256):
                self._taken.add(key)
                return self._folder / name
        raise OutputError(f"There is no free report name for {path} in {self._folder}.", "Choose another --out.")


def fitting(name: str) -> str:
    """``name``, cut where the ending of a report would make it too long for a disk; long names stay distinct."""
    raw = os.fsencode(name)
    if len(raw) <= LONGEST:
        return name
    return f"{raw[: LONGEST - 13].decode('utf-8', 'ignore')}-{hashlib.sha256(raw).hexdigest()[:12]}"


def _candidates(path: Path) -> list[str]:
    stem, name = fitting(path.stem or path.name or "file"), fitting(path.name or "file")
    return [stem, name, *(f"{name}-{i}" for i in range(2, 10_000))]


def _is_free(base: Path, path: Path, sha256: str) -> bool:
    """Whether there is no report yet, or one of this very file (which a new run replaces)."""
    report = base.with_name(f"{base.name}.json")
    if not report.exists():
        return not any(base.with_name(f"{base.name}.{other}").exists() for other in ("csv", "pdf", "html"))
    try:
        evidence = json.loads(report.read_text("utf-8"))["evidence"]
        told = Path(evidence["path"])
        # A relative path may have been that of another file, seen from another folder.
        return told.absolute() == path.absolute() and (told.is_absolute() or evidence["sha256_before"] == sha256)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_reports(result: AnalysisResult, base: Path, formats: Sequence[str], command: str) -> list[Path]:
    """Write the reports of one file next to each other.

    Args:
        result: What was found.
        base: Path without extension; its folder is created.
        formats: Some of ``json``, ``csv``, ``pdf``, ``html``.
        command: The command that reproduces the result, for the PDF and the HTML.

    Raises:
        OutputError: A report cannot be written.
    """
    made_folder(base.parent)
    written = []
    for name in formats:
        target = base.with_name(f"{base.name}.{name}")
        try:
            _write(result, target, name, command)
        except OSError as error:
            raise OutputError(f"{target} cannot be written: {error.strerror or error}.", "Check the disk.") from error
        written.append(target)
    return written


def _write(result: AnalysisResult, target: Path, name: str, command: str) -> None:
    if name == "json":
        from sjedd_video.report.json_ import write_json

        write_json(result, target)
    elif name == "csv":
        from sjedd_video.report.csv_ import write_csv

        write_csv(result, target)
    elif name == "html":
        from sjedd_video.report.html_ import write_html

        write_html(result, target, command)
    else:
        from sjedd_video.report.pdf import write_pdf

        write_pdf(result, target, command=command)
