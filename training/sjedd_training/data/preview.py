"""Contact sheets of the dataset expansion and of the perturbations, to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from sjedd_training.data.expansion import KINDS, NEEDS_DONOR, Expansion, Kind, forge
from sjedd_training.data.mix import REGIONS, VIDEO_KINDS, VIDEO_REGION, Drawn, Mix, draw_pair
from sjedd_training.data.perturb import LEVELS, PERTURBATIONS, perturb
from sjedd_training.data.pool import Pool
from sjedd_video.faces.align import align_face
from sjedd_video.report.files import made_folder, written
from sjedd_video.types import ImageU8

SIDE, GAP, LABEL_WIDTH, HEAD = 192, 4, 108, 24
LEVEL_NAMES = ("untouched", *(f"level {level}" for level in range(1, LEVELS + 1)))
GAIN = 4
"""Differences are shown this many times as large."""
SCALE = 1.3
Row = tuple[str, list[ImageU8]]


@dataclass(frozen=True)
class Making:
    """Which forgeries are shown, and how they are made.

    Attributes:
        kinds: Of ``KINDS`` and ``VIDEO_KINDS``.
        expansion: How parts of a donor are made to fit.
        forged_donor: Share of donors that are themselves forged.
        keep_untouched: Whether real forgeries that show the original's face are shown, too.
    """

    kinds: Sequence[str] = (*KINDS, *VIDEO_KINDS)
    expansion: Expansion = "varied"
    forged_donor: float = 0.0
    keep_untouched: bool = False


def write_sheets(pool: Pool, out: Path, making: Making = Making(), *, count: int = 8, seed: int = 0) -> list[Path]:
    """Write a PNG per kind of forgery, two of real forgeries with their originals, and one of perturbations.

    Args:
        pool: Whose faces are shown.
        out: Folder for the sheets.
        making: Which forgeries, and how.
        count: Faces on each sheet.
        seed: Chooses the faces and what is made of them.

    Returns:
        The files.

    Raises:
        OptionsError: There are no real faces with 68 landmarks.
        OutputError: A sheet cannot be written.
    """
    faces, written = _real_faces(pool, count, seed), []
    for name, rows in _sheets(pool, faces, making, count, seed):
        written.append(_write(out / f"{name}.png", sheet(rows, LEVEL_NAMES if name == "perturbations" else ())))
    return written


def _sheets(pool: Pool, faces: Sequence[int], making: Making, count: int, seed: int) -> Iterator[tuple[str, list[Row]]]:
    for number, kind in enumerate(KINDS):
        if kind in making.kinds:
            yield kind, forgery_rows(pool, kind, faces, (seed, number), making)
    for name in VIDEO_KINDS:
        if name in making.kinds and (pairs := _video_pairs(pool, name, count, seed, making)):
            yield name, _pair_rows(pairs)
    yield "perturbations", perturbation_rows(_square(pool.image(faces[0])), seed)


def forgery_rows(
    pool: Pool, kind: Kind, faces: Sequence[int], seed: tuple[int, int], making: Making = Making()
) -> list[Row]:
    """Rows of one kind: original, forged, donor if any, mask, and difference times ``GAIN``."""
    columns = [_forgery_column(pool, kind, index, (*seed, index), making) for index in faces]
    names = ["original", "forged", *(["donor"] if kind in NEEDS_DONOR else []), "mask", f"difference x{GAIN}"]
    return [(name, [column[i] for column in columns]) for i, name in enumerate(names)]


def _forgery_column(pool: Pool, kind: Kind, index: int, seed: tuple[int, ...], making: Making) -> list[ImageU8]:
    rng = np.random.default_rng(seed)
    among = pool.donors if rng.random() < making.forged_donor else None
    donor = pool.face(pool.donor_for(index, rng, among=among)) if kind in NEEDS_DONOR else None
    face = pool.face(index)
    forged, mask = forge(kind, face, donor, rng, making.expansion)
    shown = np.repeat(np.rint(mask * 255)[..., None], 3, axis=2).astype(np.uint8)
    pictures = [face.image, forged, *([] if donor is None else [donor.image]), shown]
    return [_square(picture) for picture in (*pictures, difference(face.image, forged))]


def _pair_rows(pairs: Sequence[Drawn]) -> list[Row]:
    """Aligned crops of forgeries under those of their originals, and where they were altered; black if unknown."""
    real = [align_face(pair.real, pair.real_five, SCALE, SIDE)[0] for pair in pairs]
    forged = [align_face(pair.forged, pair.forged_five, SCALE, SIDE)[0] for pair in pairs]
    where = [align_face(_shown(pair), pair.forged_five, SCALE, SIDE)[0] for pair in pairs]
    change = [difference(a, b) for a, b in zip(real, forged, strict=True)]
    return [("original", real), ("forged", forged), ("altered", where), (f"difference x{GAIN}", change)]


def _shown(pair: Drawn) -> ImageU8:
    where = np.zeros(pair.forged.shape[:2], np.float32) if pair.where is None else pair.where
    return np.repeat(np.rint(where * 255)[..., None], 3, axis=2).astype(np.uint8)


def perturbation_rows(image: ImageU8, seed: int) -> list[Row]:
    """A row per perturbation of the papers: untouched, then levels 1 to 4."""
    levels = range(1, LEVELS + 1)
    return [(kind, [image, *(perturb(image, kind, level, seed) for level in levels)]) for kind in PERTURBATIONS]


def difference(before: ImageU8, after: ImageU8) -> ImageU8:
    """Absolute difference times ``GAIN``, clipped at white."""
    changed = np.abs(after.astype(np.int16) - before) * GAIN
    return np.asarray(np.clip(changed, 0, 255), np.uint8)


def sheet(rows: Sequence[Row], columns: Sequence[str] = ()) -> ImageU8:
    """Put rows of square pictures with their names below one another, RGB; ``columns`` are captions above."""
    head = HEAD if columns else 0
    width = LABEL_WIDTH + max(len(pictures) for _, pictures in rows) * (SIDE + GAP)
    canvas = np.full((head + len(rows) * (SIDE + GAP), width, 3), 255, np.uint8)
    for j, caption in enumerate(columns):
        _put(canvas, caption, LABEL_WIDTH + j * (SIDE + GAP), HEAD - 8)
    for i, (name, pictures) in enumerate(rows):
        top = head + i * (SIDE + GAP)
        for line, word in enumerate(name.split(" ")):
            _put(canvas, word, 4, top + SIDE // 2 + 18 * line)
        for j, picture in enumerate(pictures):
            left = LABEL_WIDTH + j * (SIDE + GAP)
            canvas[top : top + SIDE, left : left + SIDE] = picture
    return canvas


def _put(canvas: ImageU8, text: str, x: int, y: int) -> None:
    cv2.putText(canvas, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)


def _real_faces(pool: Pool, count: int, seed: int) -> list[int]:
    """Real faces with landmarks: as many stills as video faces where there are both.

    Raises:
        OptionsError: There are none.
    """
    rng = np.random.default_rng(seed)
    found: list[int] = []
    for part, wanted in ((pool.still, -(-count // 2)), (pool.video_real, count)):
        usable = np.intersect1d(part, pool.bases(pool.real))
        found += [int(i) for i in rng.permutation(usable)[: wanted if pool.video_real.size else count]]
    return found[:count]


def _video_pairs(pool: Pool, kind: str, count: int, seed: int, making: Making) -> list[Drawn]:
    """Pairs of one of ``VIDEO_KINDS``, as training draws them, of forgeries whose original is there."""
    if not any(pool.records[i].original in pool.by_key for i in pool.forged):
        return []
    rng, only = np.random.default_rng(seed), Mix.only(kind)
    drawn = [draw_pair(pool, [only], 0, rng, keep_untouched=making.keep_untouched) for _ in range(count)]
    return [pair for pair in drawn if kind != VIDEO_REGION or pair.row in REGIONS]


def _square(image: ImageU8) -> ImageU8:
    return np.asarray(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _write(path: Path, picture: ImageU8) -> Path:
    made_folder(path.parent)
    with written(path) as file:
        Image.fromarray(picture).save(file, "png")
    return path
