"""What a scan was asked to do: stored in the case, so that it can be taken up again from anywhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sjedd_batch.discover import Search
from sjedd_batch.engine import Crew
from sjedd_batch.limits import MAX_CPU_S
from sjedd_batch.remote import is_url
from sjedd_video.errors import OutputError
from sjedd_video.options import AnalysisOptions


@dataclass(frozen=True, slots=True)
class Request:
    """One scan.

    Attributes:
        search: Where to look, and for what.
        options: How to analyse.
        formats: Reports of each file.
        command: The command line.
        crew: Who judges.
        max_cpu_s: Seconds of processor time that one file may take.
        retry: Outcomes that are judged again.
        two_pass: Whether to look quickly at all files first, and closely at those in doubt only.
        case_db: URL of the database of the case, which may hold a password and is not stored; None for ``case.db``.
    """

    search: Search
    options: AnalysisOptions
    formats: tuple[str, ...]
    command: str
    crew: Crew = Crew()  # noqa: RUF009 - frozen
    max_cpu_s: float = MAX_CPU_S
    retry: frozenset[str] = frozenset()
    two_pass: bool = False
    case_db: str | None = None


def pack(request: Request) -> dict[str, Any]:
    """A request as plain values; paths are absolute or URLs."""
    search = asdict(request.search)
    search["paths"] = [path if isinstance(path, str) else str(path.absolute()) for path in request.search.paths]
    return {
        "search": search,
        "options": request.options.model_dump(mode="json"),
        "formats": list(request.formats),
        "crew": asdict(request.crew),
        "max_cpu_s": request.max_cpu_s,
        "two_pass": request.two_pass,
    }


def unpack(values: dict[str, Any], command: str, retry: frozenset[str] = frozenset()) -> Request:
    """The request of ``pack``, to be run again by another command.

    Raises:
        OutputError: It was stored by another version of this program.
    """
    try:
        search = values["search"]
        return Request(
            Search(
                tuple(path if is_url(path) else Path(path) for path in search["paths"]), search["recursive"],
                search["follow_links"], tuple(search["include"]), tuple(search["exclude"]),
            ),
            AnalysisOptions.parse(values["options"]), tuple(values["formats"]), command,
            Crew(**values["crew"]), values["max_cpu_s"], retry, values["two_pass"],
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        advice = "Run the scan command again; run.json has it."
        raise OutputError("The case was made by a version that cannot be taken up here.", advice) from error
