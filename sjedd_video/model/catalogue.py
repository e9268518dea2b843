"""The models on this machine: list them, read their cards, check them, and take in new ones from files."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sjedd_video.errors import ModelError
from sjedd_video.model.bundle import EMBEDDED, SUFFIX, Bundle, load_bundle, replaced, user_folder
from sjedd_video.model.card import CARD
from sjedd_video.model.factory import open_scorer

CHECKPOINTS = (".pth", ".pt", ".safetensors")
"""Files that ``import_any`` turns into a bundle; everything else must be a bundle."""
Told = Callable[[str, int, int | None], None]
"""Progress: a stage in one word, units done, units in all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle as a list shows it; all but ``model`` and ``problem`` are empty where its card cannot be read.

    Attributes:
        model: What to call it by: ``embedded``, or the name of its file.
        problem: Why it cannot be used, in words; empty for a valid card.
        name: Name on the card.
        path: Where it is.
        sha256: Identity of the model.
        architecture: Of the towers.
        hierarchy: Name of the label hierarchy.
        bytes: Size of all parts.
        judges: Whether it was trained and calibrated, so that it may lead to a verdict.
    """

    model: str
    problem: str = ""
    name: str = ""
    path: str = ""
    sha256: str = ""
    architecture: str = ""
    hierarchy: str = ""
    bytes: int = 0
    judges: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Proof that a bundle is intact and computes what it should.

    Attributes:
        parts: Number of parts whose hashes agree with the card.
        sha256: Identity of the model.
        backend: Runtime, e.g. ``onnxruntime``.
        provider: What it ran on.
        difference: Largest difference of a golden probability.
        tolerance: What is allowed.
        seconds: Time for the golden pictures.
    """

    parts: int
    sha256: str
    backend: str
    provider: str
    difference: float
    tolerance: float
    seconds: float


def list_bundles() -> Iterator[Listed]:
    """The embedded bundle and those in the user's folder; a broken one is listed with its problem."""
    folder = user_folder()
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    bundles = [path for path in found if path.suffix == SUFFIX or (path / CARD).is_file()]
    places: list[tuple[str, str | Path]] = [(EMBEDDED, EMBEDDED), *((path.stem, path) for path in bundles)]
    for name, where in places:
        try:
            yield describe(load_bundle(where), name)
        except ModelError as error:
            yield Listed(name, error.message, path="" if where == EMBEDDED else str(where))


def describe(bundle: Bundle, model: str) -> Listed:
    """An opened bundle for a list, called ``model`` there."""
    card = bundle.card
    return Listed(
        model=model,
        name=card.name,
        path=str(bundle.path),
        sha256=bundle.sha256,
        architecture=card.architecture,
        hierarchy=card.label_hierarchy.name,
        bytes=sum(part.size for part in card.parts.values()),
        judges=card.trained and card.calibration is not None,
    )


def card_facts(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """The card of a bundle as names and values to read."""
    card, labels, pre = bundle.card, bundle.card.label_hierarchy, bundle.card.preprocess
    yield "Name", card.name
    yield "Where", str(bundle.path)
    yield "SHA-256", bundle.sha256
    yield "Architecture", f"{card.architecture}, {card.embed_dim} dimensions"
    states = f"{len(labels.nodes)} nodes, {len(labels.states)} legal states"
    yield "Hierarchy", f"{labels.name}, rule {labels.rule}: {states}"
    yield "Scoring", f"{card.scoring}, tau {card.tau:g}"
    size = f"{pre.crop_size} px, {pre.interpolation} to {pre.input_size} px"
    yield "Input", f"crop scale {pre.crop_scale:g}, {pre.crop_down:g} down, {size}"
    yield "Trained on", card.training_data
    yield "Licence", card.licence
    if card.calibration is None:
        yield "Calibration", "none: it can be scored, but never leads to a verdict"
    else:
        fitted = card.calibration
        yield "Calibration", f"{fitted.data} ({fitted.n_real} real, {fitted.n_fake} altered)"
        for rate in fitted.error_rates:
            yield f"  at {rate.threshold:g}", f"wrongly suspected {rate.fpr:.1%}, missed {rate.fnr:.1%}"
    for key, value in card.metrics.items():
        yield from _metric(key, value)
    for name, part in card.parts.items():
        yield name, f"{size_words(part.size)}, SHA-256 {part.sha256}"


def _metric(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """A measured value as rows; a table of measurements becomes one row each."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        yield key.capitalize(), ""
        for i, row in enumerate(value):
            numbers = [f"{name} {number}" for name, number in row.items() if name != "name"]
            yield f"  {row.get('name', i)}", ", ".join(numbers)
    else:
        yield key.capitalize(), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def size_words(count: int) -> str:
    """A number of bytes to read."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


def check_bundle(bundle: Bundle, *, backend: str = "onnx", device: str = "auto", told: Told | None = None) -> Check:
    """Hash every part of a bundle and score its golden pictures.

    Args:
        bundle: The opened bundle.
        backend: ``onnx`` or ``torch``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        told: Told how far it is.

    Raises:
        ModelError: A part is missing, damaged or altered, or the golden vectors are not reproduced.
    """
    count = len(bundle.card.parts)
    for i, part in enumerate(bundle.card.parts):
        _tell(told, "hash", i, count + 1)
        bundle.read(part)
    _tell(told, "golden", count, count + 1)
    scorer, golden = open_scorer(bundle, backend=backend, device=device), bundle.golden()
    began = time.perf_counter()
    difference = scorer.golden_difference(golden)
    seconds = time.perf_counter() - began
    runtime = scorer.backend
    _tell(told, "golden", count + 1, count + 1)
    return Check(
        count, bundle.sha256, runtime.name, runtime.provider, float(difference), float(runtime.tolerance), seconds
    )


def name_from(path: Path) -> str:
    """A name for a model from the name of its file."""
    return re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:64] or "model"


def import_any(
    path: Path, target: Path, *, name: str, kind: Any = None, overwrite: bool = False, told: Told | None = None
) -> tuple[Bundle, tuple[str, ...]]:
    """Take in a bundle, checked first, or turn a checkpoint into one; nothing in the file is run.

    Args:
        path: A ``.sjedd`` file, or a checkpoint (``CHECKPOINTS``), for which the extra [train] is needed.
        target: Where the bundle goes.
        name: Its name, for a checkpoint.
        kind: Kind of checkpoint, see ``importing.import_checkpoint``.
        overwrite: Replace what is at ``target``.
        told: Told how far it is.

    Returns:
        The bundle, and the foreign classes in a checkpoint whose content was thrown away.

    Raises:
        ModelError: The file is damaged, fits no known architecture, fails its golden vectors, or needs the extra.
        OutputError: ``target`` exists or cannot be written.
    """
    if path.suffix.lower() not in CHECKPOINTS:
        return _copy(path, target, overwrite, told), ()
    _tell(told, "convert", 0, None)
    try:
        from sjedd_video.model.importing import import_checkpoint

        bundle, read = import_checkpoint(path, target, name=name, kind=kind, overwrite=overwrite)
    except ImportError as error:
        advice = 'Install what it needs with: pip install "sjedd-video[train]".'
        raise ModelError(f"A checkpoint cannot be imported here: {error}.", advice) from error
    return bundle, read.ignored


def _copy(path: Path, target: Path, overwrite: bool, told: Told | None) -> Bundle:
    """Check a bundle in one file where it is, copy it beside its place, and check the copy's parts."""
    if not path.is_file():
        raise ModelError(f"{path} is no file.", f"Choose a {SUFFIX} file or a checkpoint.")
    check_bundle(load_bundle(path), told=told)
    with replaced(target, overwrite=overwrite) as temporary:
        shutil.copyfile(path, temporary)
        copy = load_bundle(temporary)
        for part in copy.card.parts:
            copy.read(part)
    return load_bundle(target)


def _tell(told: Told | None, stage: str, done: int, total: int | None) -> None:
    if told is not None:
        told(stage, done, total)
