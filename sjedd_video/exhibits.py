"""Choosing the pictures that go with a result, and the heat maps of their faces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from sjedd_video.engines import Scorer
from sjedd_video.errors import MediaError, ModelError
from sjedd_video.gallery import FACES_PER_TRACK, Gallery
from sjedd_video.heatmap import occlusion_map
from sjedd_video.progress import CancelToken, Progress
from sjedd_video.types import Exhibit, FloatArray, HeatKind, ImageU8, PersonFinding

MOST = 12
"""Pictures in all."""


def choose_exhibits(people: Sequence[PersonFinding], decisive: int | None, gallery: Gallery) -> list[Exhibit]:
    """At most ``MOST`` pictures: those of the decisive person first, then of the others by suspicion.

    Args:
        people: Everyone found.
        decisive: Track that the verdict speaks of, or None.
        gallery: The kept pictures.
    """
    ranked = sorted(people, key=lambda p: (p.track != decisive, p.probability is None, -(p.probability or 0.0)))
    others = max(len(people) - (decisive is not None), 1)
    each = max(1, min(FACES_PER_TRACK, (MOST - FACES_PER_TRACK) // others))
    chosen = [e for p in ranked for e in gallery.exhibits(p.track, FACES_PER_TRACK if p.track == decisive else each)]
    return chosen[:MOST]


def with_heat(
    exhibits: Sequence[Exhibit],
    people: Sequence[PersonFinding],
    scorer: Scorer,
    score: Callable[[Sequence[ImageU8]], FloatArray],
    count: int | None,
    progress: Progress,
    cancel: CancelToken,
) -> tuple[Exhibit, ...]:
    """Add heat maps to the first ``count`` exhibits of assessed people, as far as memory allows.

    They show altered places where the model can tell them, and what the score hangs on otherwise.

    Args:
        exhibits: The chosen pictures, the most telling first.
        people: Everyone found; a face of somebody who could not be assessed gets no map.
        scorer: The model.
        score: Crops -> p(face) ``(B,)``.
        count: Number of maps; None for all that are quickly made: one by occlusion, any number of places.
        progress: Told of the stage ``explain``.
        cancel: Stops between batches.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    assessed = {p.track for p in people if p.probability is not None}
    if count is None:
        count = MOST if scorer.tells_places else 1
    chosen = [i for i, e in enumerate(exhibits) if e.score.observation.track in assessed][:count]

    def checked(crops: Sequence[ImageU8]) -> FloatArray:
        cancel.raise_if_cancelled()
        return score(crops)

    result = list(exhibits)
    for done, i in enumerate(chosen):
        cancel.raise_if_cancelled()
        with suppress(MediaError, MemoryError):  # no memory for it: the verdict stands without a map
            if scorer.tells_places:
                with suppress(ModelError):  # it did reproduce its known answers, so this picture is at fault
                    result[i] = replace(result[i], heat=scorer.places(result[i].crop), heat_kind=HeatKind.PLACES)
            else:
                result[i] = replace(result[i], heat=occlusion_map(checked, result[i].crop))
        progress("explain", done + 1, len(chosen))
    return tuple(result)
