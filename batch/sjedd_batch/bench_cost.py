"""What one file costs in processor time, stage by stage: the numbers behind the arithmetic of large scans."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sjedd_video.engines import Engines
from sjedd_video.options import AnalysisOptions


class _Recorded:
    """An engine, and what it was asked to work on.

    Args:
        inner: A detector or a scorer.
        method: The name of what it does.
        items: How many items a call works on.
    """

    def __init__(self, inner: Any, method: str, items: Callable[[Any], int] = len) -> None:
        self._inner, self._method, self._items = inner, method, items
        self.batches: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        if name != self._method:
            return getattr(self._inner, name)

        def record(batch: Any) -> Any:
            self.batches.append(batch)
            return getattr(self._inner, name)(batch)

        return record

    def again(self) -> dict[str, float]:
        """Do it all again, alone: stages that overlap cannot be told apart by the processor's clock."""
        began = time.process_time()
        for batch in self.batches:
            getattr(self._inner, self._method)(batch)
        return {"core_s": time.process_time() - began, "items": sum(map(self._items, self.batches))}


def core_seconds(
    clip: Path, options: AnalysisOptions, engines: Engines, children: Callable[[], float | None]
) -> dict[str, dict[str, float]]:
    """Seconds of one core that an analysis takes in each stage, and how many items it worked on.

    Args:
        clip: The file.
        options: Analysis options.
        engines: Loaded engines.
        children: Processor seconds of all ended child processes, or None.

    Returns:
        ``decoding`` (frames), ``finding`` (frames), ``scoring`` (faces, those of the checks and of a map by occlusion
        among them), ``places`` (maps, if the model tells places) and ``rest``, each with ``core_s`` and ``items``;
        without ``decoding`` where the system does not tell.
    """
    from sjedd_video.decode.process import discard_spare
    from sjedd_video.pipeline import analyze

    discard_spare()  # its start would be counted
    detector, places = _Recorded(engines.detector, "detect"), _Recorded(engines.scorer, "places", lambda crop: 1)
    scorer = _Recorded(places, "score")
    before, began = children(), time.process_time()
    result = analyze(clip, options, engines=Engines(detector, scorer))
    total, after = time.process_time() - began, children()
    frames = 0 if result.sampling is None else result.sampling.decoded
    found = {"finding": detector.again(), "scoring": scorer.again()}
    if places.batches:
        found["places"] = places.again()
    found["rest"] = {"core_s": max(total - sum(stage["core_s"] for stage in found.values()), 0.0), "items": 1}
    if before is not None and after is not None:
        found = {"decoding": {"core_s": after - before, "items": frames}, **found}
    return {stage: {name: round(value, 4) for name, value in numbers.items()} for stage, numbers in found.items()}


def cores_for(cost: dict[str, dict[str, float]], faces_per_s: float) -> float:
    """The cores that decode and find as many faces as a GPU scores, ``faces_per_s``."""
    others = sum(numbers["core_s"] for stage, numbers in cost.items() if stage != "scoring")
    return others * faces_per_s / max(cost["scoring"]["items"], 1)
