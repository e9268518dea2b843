"""Do errors differ between groups of people? False alarms and AUC by apparent age, gender and UTKFace's race label.

The labels are UTKFace's own, made by a machine and coarse; the groups are small. A difference here is a warning, no
difference is no proof of fairness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.npz import open_npz
from sjedd_training.metrics import Estimate, Sample, estimates, roc_auc, wilson
from sjedd_training.pool_scores import score_pool
from sjedd_training.tables import Table, number, with_interval
from sjedd_training.trivial import TRAITS, WHAT, FaceTraits, Trivial, trivial_aucs
from sjedd_training.validate import REGIONS, WHOLE_FACE
from sjedd_video.calibration import Calibration, logit
from sjedd_video.engines import Scorer
from sjedd_video.errors import OptionsError

if TYPE_CHECKING:
    from sjedd_training.data.expansion import Kind
    from sjedd_training.data.pool import Pool

FEW = 20
"""Below this number of faces a group's numbers say too little."""
AGES = ((0, 17), (18, 29), (30, 44), (45, 59), (60, 120))
GENDERS = {0: "male", 1: "female"}
RACES = {0: "White", 1: "Black", 2: "Asian", 3: "Indian", 4: "other"}
FORGERIES = {"whole face": WHOLE_FACE, "regions": REGIONS}


@dataclass(frozen=True)
class Labels:
    """UTKFace's labels of one face, with its place in the pool."""

    place: int
    age: int
    gender: int
    race: int

    def groups(self) -> tuple[tuple[str, str], ...]:
        """The groups it belongs to, as (kind of group, name)."""
        band = next((f"{low} to {high}" for low, high in AGES if low <= self.age <= high), "")
        found = ("apparent age", band), ("gender", GENDERS.get(self.gender, "")), ("race", RACES.get(self.race, ""))
        return tuple((what, name) for what, name in found if name)


@dataclass(frozen=True)
class FairnessRow:
    """One group of people.

    Attributes:
        what: ``apparent age``, ``gender``, ``race``, or ``all``.
        name: The group.
        faces: Number of faces.
        few: Whether these are fewer than ``FEW``.
        false_alarms: Share of untouched faces from the shipped threshold on, with Wilson's interval.
        median: Median calibrated probability of untouched faces.
        auc: By group of forgeries and by kind: AUC of forged against untouched faces of this group of people.
        trivial: By the same: what each trivial measurement alone reaches; None where it is not known of all faces.
    """

    what: str
    name: str
    faces: int
    few: bool
    false_alarms: Estimate
    median: float
    auc: dict[str, Estimate]
    trivial: dict[str, Trivial]


@dataclass(frozen=True, eq=False)
class Judged:
    """Faces, untouched or all forged in one way: ``(N,)`` calibrated probabilities, and trivial measurements."""

    probability: NDArray[np.float64]
    traits: FaceTraits

    def of_some(self, chosen: NDArray[np.bool_]) -> Judged:
        """Those of the faces that ``chosen``, ``(N,)``, marks."""
        return Judged(self.probability[chosen], self.traits.of_some(chosen))


def fairness(
    root: Path, pool: Pool, scorer: Scorer, calibration: Calibration, tell: Callable[[], None] = lambda: None
) -> list[FairnessRow]:
    """The table of fairness on the pool's labelled still faces: everybody, then each group.

    Args:
        root: Folder with ``faces/faces.npz``.
        pool: The validation split of the same folder.
        scorer: The model.
        calibration: Its logistic; each face is judged like a single picture.
        tell: Called after each scored face.

    Raises:
        OptionsError: No face of the pool has labels.
    """
    people = read_labels(root, pool)
    places = [person.place for person in people]

    def judged(kind: Kind | None) -> Judged:
        scored = score_pool(pool, places, scorer, kind=kind, tell=tell)
        return Judged(calibration.image(logit(scored.p_face[0])), scored.traits)

    kinds: list[Kind] = [kind for group in FORGERIES.values() for kind in group]  # type: ignore[misc]
    real = judged(None)
    forged: dict[str, Judged] = {kind: judged(kind) for kind in kinds}
    rows = [_row("all", "", np.ones(len(people), bool), real, forged, calibration.threshold)]
    member = [person.groups() for person in people]
    for what, name in sorted({group for groups in member for group in groups}, key=_order):
        chosen = np.array([(what, name) in groups for groups in member])
        rows.append(_row(what, name, chosen, real, forged, calibration.threshold))
    return rows


def read_labels(root: Path, pool: Pool) -> list[Labels]:
    """Labels of those faces of the pool that have some.

    Raises:
        OptionsError: None has, or ``faces/faces.npz`` is missing or without labels.
    """
    path = root / "faces" / "faces.npz"
    advice = "Point --data at a pool whose faces.npz has age, gender and race."
    with open_npz(path, "has no labels of people", advice) as table:
        columns = [table[name] for name in ("names", "age", "gender", "race")]
    found = [
        Labels(pool.by_key[str(name)], int(age), int(gender), int(race))
        for name, age, gender, race in zip(*columns, strict=True)
        if str(name) in pool.by_key and max(age, gender, race) >= 0
    ]
    if not found:
        raise OptionsError(f"{path}: no face of the validation split has labels.", advice)
    return found


def _order(group: tuple[str, str]) -> tuple[int, int, str]:
    what, name = group
    return ("apparent age", "gender", "race").index(what), 0 if what == "apparent age" else name == "other", name


def _row(
    what: str,
    name: str,
    chosen: NDArray[np.bool_],
    real: Judged,
    forged: Mapping[str, Judged],
    threshold: float,
) -> FairnessRow:
    mine, count = real.of_some(chosen), int(chosen.sum())
    altered = {kind: one.of_some(chosen) for kind, one in forged.items()}
    lots = {group: [altered[kind] for kind in kinds] for group, kinds in FORGERIES.items()}
    lots |= {kind: [one] for kind, one in altered.items()}
    auc = {lot: _auc(mine, ones) for lot, ones in lots.items()}
    trivial = {lot: _trivial(mine, ones) for lot, ones in lots.items()}
    alarms = wilson(int((mine.probability >= threshold).sum()), count)
    return FairnessRow(what, name, count, count < FEW, alarms, float(np.median(mine.probability)), auc, trivial)


def _auc(real: Judged, forged: Sequence[Judged]) -> Estimate:
    """AUC with an interval that draws people: several forgeries of one face count together."""
    count, kinds = len(real.probability), len(forged)
    labels = np.repeat([0, 1], [count, count * kinds])
    people = np.concatenate([np.arange(count), count + np.tile(np.arange(count), kinds)])
    scores = np.concatenate([one.probability for one in (real, *forged)])
    return estimates(Sample.of(scores, labels, people.tolist()), {"auc": roc_auc})["auc"]


def _trivial(real: Judged, forged: Sequence[Judged]) -> Trivial:
    return trivial_aucs(real.traits, FaceTraits.joined([one.traits for one in forged]))


def fairness_table(rows: Sequence[FairnessRow], threshold: float) -> Table:
    """The table as it is printed: a line for each group of forgeries, so that it is not too wide."""
    header = ("", "faces", "false alarms", "median", "forged", "AUC", *(WHAT[name] for name in TRAITS))
    notes = [
        f"False alarms: untouched validation faces, judged as single pictures, from {threshold:g} on. Median: of their "
        "probability.",
        f"{', '.join(WHAT[name] for name in TRAITS).capitalize()}: AUC of this measurement alone, on the same faces.",
        "Intervals: 95 %, Wilson's and bootstrap over faces. Age, gender and race are UTKFace's machine-made labels.",
    ]
    if any(row.few for row in rows):
        notes.append(f"(few): fewer than {FEW} faces, too few to say anything about this group.")
    return Table("By group of people", header, tuple(line for row in rows for line in _lines(row)), tuple(notes))


def _lines(row: FairnessRow) -> list[tuple[str, ...]]:
    told = (
        "everybody" if row.what == "all" else f"{row.what}: {row.name}",
        f"{row.faces} (few)" if row.few else str(row.faces),
        with_interval(row.false_alarms, 2),
        number(row.median, 2),
    )
    lines = [
        (group, with_interval(row.auc[group], 2), *(number(row.trivial[group][name], 2) for name in TRAITS))
        for group in FORGERIES
    ]
    return [(*(told if k == 0 else [""] * len(told)), *line) for k, line in enumerate(lines)]


def fairness_json(rows: Sequence[FairnessRow]) -> list[dict[str, Any]]:
    """The rows as plain values."""
    from dataclasses import asdict

    return [asdict(row) for row in rows]
