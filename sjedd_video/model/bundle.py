"""Bundles: a model as a folder or as one ``.sjedd`` file, every part of it checked before use.

Both forms hold the same files (see ``card``); a ``.sjedd`` file is a zip archive whose entries are stored, not
compressed. What is hashed is what is used: a part is read once, compared with the card, and handed on as bytes.
Nothing in a bundle is a pickle.
"""

from __future__ import annotations

import io
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sjedd_video.errors import HierarchyError, ModelError, OutputError
from sjedd_video.model.card import CARD, GOLDEN, PLACES, REQUIRED, WEIGHTS, Card, Part, PartName, first_problem
from sjedd_video.model.container import Archive, Folder, Store, remove, write_archive, write_folder

EMBEDDED = "embedded"
SUFFIX = ".sjedd"
MAX_CARD = 4 << 20
TEXT_MATRIX = "text_matrix"
GRAPH_TENSORS = "graph_tensors"
"""Key of the safetensors metadata that lists, as JSON, the tensors which the ONNX graph takes from that file."""
PLACES_TENSORS = "places_tensors"
"""The same for the graph of places, if there is one."""


@dataclass(frozen=True, eq=False)
class Weights:
    """The content of ``weights.safetensors``.

    Attributes:
        tower: State dict of the image tower; large weights may be stored in half precision, to be used in single.
        text_matrix: ``(n, d) float32``; raw scores are ``features @ text_matrix.T``.
        graph: Names of those tensors of ``tower`` that the ONNX graph refers to.
        places: The same for the graph that tells altered places; none if there is no such graph.
    """

    tower: dict[str, NDArray[Any]]
    text_matrix: NDArray[np.float32]
    graph: tuple[str, ...]
    places: tuple[str, ...] = ()

    def named(self, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
        """Some tensors of the tower."""
        return {name: self.tower[name] for name in names}


@dataclass(frozen=True, eq=False)
class Golden:
    """Known answers in torch fp32: ``(K, S, S, 3) uint8`` crops, their ``(K, n)`` raw scores and probabilities, and the
    ``(K, g, g)`` log-odds of their places if the bundle tells them.
    """

    crops: NDArray[np.uint8]
    raw: NDArray[np.float32]
    probabilities: NDArray[np.float64]
    places: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class Bundle:
    """An opened bundle.

    Attributes:
        path: Where it is.
        card: The validated card.
        sha256: Hash of the card, which holds the hashes of all parts: the identity of the model.
    """

    path: Path
    card: Card
    sha256: str
    store: Store

    def read(self, part: PartName) -> bytes:
        """The bytes of a part, compared with the card.

        Raises:
            ModelError: The part is missing, cannot be read, or is not what the card says.
        """
        told = self.card.parts.get(part)
        advice = "Copy or install the model again; do not use this one."
        if told is None:
            raise ModelError(f"{self.path}: the model has no {part}.", "Export it with that part.")
        try:
            if (size := self.store.size(part)) != told.size:
                raise ModelError(f"{self.path}: {part} has {size} bytes, the card says {told.size}.", advice)
            content = self.store.read(part)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ModelError(f"{self.path}: {part} cannot be read: {error}.", advice) from error
        if (found := sha256(content).hexdigest()) != told.sha256:
            raise ModelError(f"{self.path}: {part} is damaged or altered: SHA-256 {found}, not {told.sha256}.", advice)
        return content

    @cached_property
    def hierarchy_nodes(self) -> int:
        """Number n of nodes."""
        return len(self.card.label_hierarchy.nodes)

    def weights(self) -> Weights:
        """Read and check the weights.

        Raises:
            ModelError: As ``read``, or the text matrix has another shape than the card says.
        """
        from safetensors.numpy import load

        content = self.read(WEIGHTS)
        try:
            tensors = load(content)
            metadata = _metadata(content)
            graph, places = (tuple(json.loads(metadata.get(key, "[]"))) for key in (GRAPH_TENSORS, PLACES_TENSORS))
            matrix = np.asarray(tensors.pop(TEXT_MATRIX), np.float32)
        except Exception as error:
            raise ModelError(f"{self.path}: {WEIGHTS} is not valid: {error!r}.", "Export the model again.") from error
        shape = (self.hierarchy_nodes, self.card.embed_dim)
        if matrix.shape != shape or not np.isfinite(matrix).all() or not {*graph, *places} <= set(tensors):
            raise ModelError(f"{self.path}: {WEIGHTS} does not fit the card: text matrix {matrix.shape}, not {shape}.")
        return Weights(tensors, matrix, graph, places)

    def golden(self) -> Golden:
        """Read and check the golden vectors.

        Raises:
            ModelError: As ``read``, or shapes do not fit the card.
        """
        try:
            with np.load(io.BytesIO(self.read(GOLDEN)), allow_pickle=False) as arrays:
                places = arrays["places"] if PLACES in self.card.parts else None
                golden = Golden(arrays["crops"], arrays["raw"], arrays["probabilities"], places)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise ModelError(f"{self.path}: {GOLDEN} is not valid: {error}.", "Export the model again.") from error
        side, answers = self.card.preprocess.crop_size, (len(golden.crops), self.hierarchy_nodes)
        fits = golden.crops.shape[1:] == (side, side, 3) and golden.crops.dtype == np.uint8 and answers[0] > 0
        fits = fits and (places is None or (places.ndim == 3 and len(places) == answers[0]))
        if not (fits and golden.raw.shape == golden.probabilities.shape == answers):
            raise ModelError(f"{self.path}: {GOLDEN} does not fit the card.", "Export the model again.")
        return golden


def _metadata(safetensors: bytes) -> dict[str, str]:
    length = int.from_bytes(safetensors[:8], "little")
    found: dict[str, str] = json.loads(safetensors[8 : 8 + length]).get("__metadata__", {})
    return found


def user_folder() -> Path:
    """Folder of imported models: ``SJEDD_MODELS``, else the user's data folder of the platform."""
    if named := os.environ.get("SJEDD_MODELS"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("sjedd-video", appauthor=False) / "models"


def embedded_path() -> Path:
    """Where the embedded model is, whether it exists or not."""
    return Path(str(files("sjedd_video"))) / "data" / "models" / "sjedd-lite2"


def find_bundle(name_or_path: str | Path) -> Path:
    """Turn ``embedded``, a path, or the name of an imported model into the path of a bundle.

    Raises:
        ModelError: There is no such bundle.
    """
    text = str(name_or_path)
    if text == EMBEDDED:
        if not (embedded_path() / CARD).is_file():
            advice = "Install a released build, or name a trained bundle with --model."
            raise ModelError("This installation carries no embedded model.", advice)
        return embedded_path()
    # A bare name could be a folder in the working directory by accident; only one with a card counts.
    candidates = [Path(text)]
    if text == Path(text).name:
        candidates += [user_folder() / f"{text}{SUFFIX}", user_folder() / text]
    for path in candidates:
        if path.is_file() or (path / CARD).is_file():
            return path
    advice = "See `sjedd-video models list`, or give a path to a bundle."
    raise ModelError(f"There is no model called {text!r}.", advice)


def load_bundle(name_or_path: str | Path) -> Bundle:
    """Open a bundle and validate its card; parts are checked as they are read.

    Args:
        name_or_path: ``embedded``, a folder, a ``.sjedd`` file, or the name of an imported model.

    Raises:
        ModelError: There is none, or its card is not valid; the message names the file.
    """
    path = find_bundle(name_or_path)
    advice = "Copy or install the model again."
    store: Store = Folder(path) if path.is_dir() else Archive(path)
    try:
        if store.size(CARD) > MAX_CARD:
            raise ModelError(f"{path}: {CARD} is too large to be a card.", advice)
        content = store.read(CARD)
        card = Card.model_validate_json(content)
    except ValidationError as error:
        raise ModelError(f"{path}: {CARD}: {first_problem(error)}.", advice) from error
    except HierarchyError as error:
        raise ModelError(f"{path}: {CARD}: {error.message}", advice) from error
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is not a model bundle: {error}.", "Give a folder or a .sjedd file.") from error
    if missing := [part for part in REQUIRED if part not in card.parts]:
        raise ModelError(f"{path}: the card lists no {missing[0]}.", advice)
    return Bundle(path, card, sha256(content).hexdigest(), store)


def write_bundle(card: Card, parts: Mapping[PartName, bytes], target: Path, *, overwrite: bool = False) -> Bundle:
    """Write a bundle beside its final place, then rename it.

    Args:
        card: Its ``parts`` are filled in here.
        parts: Content of every other file.
        target: A path that ends in ``.sjedd`` for a single file, any other for a folder.
        overwrite: Replace what is there.

    Raises:
        OutputError: ``target`` exists, or cannot be written.
    """
    table = {name: Part(sha256=sha256(data).hexdigest(), size=len(data)) for name, data in parts.items()}
    full = Card.build({**card.model_dump(), "parts": table})
    contents = {CARD: full.to_json().encode(), **{str(name): data for name, data in parts.items()}}
    with replaced(target, overwrite=overwrite) as temporary:
        (write_archive if target.suffix == SUFFIX else write_folder)(contents, temporary)
    return load_bundle(target)


@contextmanager
def replaced(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A place beside ``target`` that takes its name when the block ends well, and is removed otherwise.

    Raises:
        OutputError: ``target`` exists and is not to be overwritten, or cannot be written.
    """
    if target.exists() and not overwrite:
        raise OutputError(f"{target} already exists.", "Choose another name, or ask to overwrite it.")
    # It keeps the suffix, by which a bundle in one file is told from a folder.
    temporary = target.with_name(f".{target.stem}.{uuid.uuid4().hex[:8]}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        remove(target)
        temporary.rename(target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}.", "Check the disk.") from error
    finally:
        remove(temporary)
