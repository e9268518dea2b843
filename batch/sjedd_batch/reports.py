"""Where reports go and writing them; no input ever overwrites another input's report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_video.errors import OutputError

if TYPE_CHECKING:
    from sjedd_video.types import AnalysisResult


LONGEST = 220
"""Bytes of an input's name that a report's name keeps."""


class Names:
    """Hands out one report name per input file of a run, inside ``folder``.

    The name is the input's stem; where another input of this run, or a report that is already there, has it, the full
    file name, then the file name with a number.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()

    def base(self, path: Path) -> Path:
        """The path of the reports of ``path`` without an extension."""
        for name in _candidates(path):
            key = name.casefold()
            if key not in self._taken and _is_free(self._folder / f"{name}.json", path):
                self._taken.add(key)
                return self._folder / name
        raise OutputError(f"There is no free report name for {path} in {self._folder}.", "Choose another --out.")


def _candidates(path: Path) -> list[str]:
    stem, name = _short(path.stem or path.name or "file"), _short(path.name or "file")
    return [stem, name, *(f"{name}-{i}" for i in range(2, 10_000))]


def _short(name: str) -> str:
    """``name`` cut to what leaves room for a number and an extension within the 255 bytes of a file name."""
    return name.encode("utf-8", "surrogateescape")[:LONGEST].decode("utf-8", "ignore")


def _is_free(report: Path, path: Path) -> bool:
    """Whether there is no report yet, or one of this very file (which a new run replaces)."""
    if not report.exists():
        return True
    try:
        document = json.loads(report.read_text("utf-8"))
        return Path(document["evidence"]["path"]).absolute() == path.absolute()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def make_folder(folder: Path) -> None:
    """Create an output folder.

    Raises:
        OutputError: It cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be created: {error.strerror}.", "Choose another --out."
        ) from error


def write_reports(result: AnalysisResult, base: Path, formats: Sequence[str], command: str) -> list[Path]:
    """Write the reports of one file next to each other.

    Args:
        result: What was found.
        base: Path without extension; its folder is created.
        formats: Some of ``json``, ``csv``, ``pdf``.
        command: The command that reproduces the result, for the PDF.

    Raises:
        OutputError: A report cannot be written.
    """
    make_folder(base.parent)
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
    else:
        from sjedd_video.report.pdf import write_pdf

        write_pdf(result, target, command=command)
