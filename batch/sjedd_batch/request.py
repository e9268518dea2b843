"""What a scan was asked to do: stored in the case, so that it can be taken up again from anywhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sjedd_batch.discover import Search
from sjedd_video.errors import OutputError
from sjedd_video.options import AnalysisOptions

MAX_CPU_S = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class Request:
    """One scan.

    Attributes:
        search: Where to look, and for what.
        options: How to analyse.
        formats: Reports of each file.
        command: The command line.
        workers: Worker processes; None for one for every two cores.
        max_cpu_s: Seconds of processor time that one file may take.
        retry: Outcomes that are judged again.
    """

    search: Search
    options: AnalysisOptions
    formats: tuple[str, ...]
    command: str
    workers: int | None = None
    max_cpu_s: float = MAX_CPU_S
    retry: frozenset[str] = frozenset()


def pack(request: Request) -> dict[str, Any]:
    """A request as plain values; paths are absolute."""
    search = asdict(request.search)
    search["paths"] = [str(path.absolute()) for path in request.search.paths]
    return {
        "search": search,
        "options": request.options.model_dump(mode="json"),
        "formats": list(request.formats),
        "workers": request.workers,
        "max_cpu_s": request.max_cpu_s,
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
                tuple(Path(path) for path in search["paths"]), search["recursive"], search["follow_links"],
                tuple(search["include"]), tuple(search["exclude"]),
            ),
            AnalysisOptions.parse(values["options"]), tuple(values["formats"]), command, values["workers"],
            values["max_cpu_s"], retry,
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        advice = "Run the scan command again; run.json has it."
        raise OutputError("The case was made by a version that cannot be taken up here.", advice) from error
