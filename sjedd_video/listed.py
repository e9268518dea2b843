"""A file in the list of a case, as it is stored. Apart from the database, which takes a second to import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sjedd_video.options import AnalysisOptions


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A place in the list of files.

    Attributes:
        job: Number of the item, never used twice in a case.
        path: The file.
        options: How it is analysed; None for the options of the app.
        state: ``queued``, ``done``, ``failed``, ``cancelled`` or ``skipped``.
        tone: Band of the verdict, or the outcome, once done.
        probability: That of the verdict, in [0, 1]; None without one.
        error: What went wrong, when failed.
        advice: What to do about it.
        details: What a developer wants to know about it.
    """

    job: int
    path: Path
    options: AnalysisOptions | None = None
    state: str = "queued"
    tone: str = ""
    probability: float | None = None
    error: str = ""
    advice: str = ""
    details: str = ""
