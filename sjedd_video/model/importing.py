"""Import of weights that others published: the SJEDD authors' FF++ checkpoint, or CLIP's own ViT-B/32.

Checkpoints in torch's format are pickles. They are read with ``weights_only``, which rebuilds tensors and plain
containers and nothing else. The authors' file also pickles their configuration object; every class that torch does not
know is replaced by an inert container, so its code is neither imported nor run, and what it held is thrown away. A
file that names something from a module with which pickles attack is refused outright.
"""

from __future__ import annotations

import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from sjedd_video.errors import ModelError
from sjedd_video.hierarchy import load_hierarchy
from sjedd_video.model.bundle import Bundle, write_bundle
from sjedd_video.model.card import Card, Preprocess
from sjedd_video.model.convert import bundle_parts, card_fields
from sjedd_video.model.factory import open_scorer
from sjedd_video.model.joint_embedding import TAU, JointEmbedding

Kind = Literal["sjedd", "clip"]

ARCHITECTURE = "sjedd-vit-b-32"
PREPROCESS = Preprocess(
    crop_scale=1.3,
    crop_size=317,
    input_size=224,
    mean=(0.48145466, 0.4578275, 0.40821073),
    std=(0.26862954, 0.26130258, 0.27577711),
)
FACTS = {"input_resolution": "image_size", "context_length": "context_length", "vocab_size": "vocab_size"}
"""Numbers that OpenAI's state dicts hold beside the weights; they must agree with the architecture."""
REFUSED = frozenset(
    {"__builtin__", "builtins", "code", "commands", "ctypes", "functools", "importlib", "inspect", "marshal", "nt"}
    | {"operator", "os", "pickle", "posix", "pty", "runpy", "shutil", "socket", "subprocess", "sys", "webbrowser"}
)
"""Modules with which pickles attack; torch's own loader refuses only some of them."""
OPAQUE = frozenset({"_codecs", "datetime", "numpy", "pathlib"})
"""Modules whose objects are built from positional state; all others are taken for dictionaries with attributes."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint as read.

    Attributes:
        kind: ``sjedd`` when the weights lay in a ``model`` entry, as in the authors' release; else ``clip``.
        state: The weights.
        ignored: Foreign classes whose content was thrown away.
    """

    kind: Kind
    state: dict[str, Tensor]
    ignored: tuple[str, ...]


class _Inert:
    """Stands in for a foreign class that is filled like a dictionary; making one gives an empty dictionary."""

    def __new__(cls, *_: object) -> Any:
        return OrderedDict()


class _Opaque:
    """Stands in for a foreign class or function of any arguments and state; keeps nothing."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


def import_checkpoint(
    path: Path,
    target: Path,
    *,
    name: str,
    kind: Kind | None = None,
    architecture: str = ARCHITECTURE,
    preprocess: Preprocess = PREPROCESS,
    overwrite: bool = False,
) -> tuple[Bundle, Checkpoint]:
    """Turn a published checkpoint into a bundle and check that ONNX Runtime reproduces it.

    The bundle has no calibration: its scores can be looked at and calibrated, but lead to no verdict.

    Args:
        path: ``.pth``, ``.pt`` or ``.safetensors``.
        target: Where the bundle goes.
        name: Its name.
        kind: ``sjedd`` for the authors' checkpoint, ``clip`` for CLIP's own weights; None to tell by the file.
        architecture: open_clip config that the weights must fit exactly.
        preprocess: Crops and normalisation that the weights expect.
        overwrite: Replace what is at ``target``.

    Raises:
        ModelError: The file cannot be read safely, or a key is missing, extra or of another shape.
        OutputError: ``target`` exists or cannot be written.
    """
    checkpoint = read_checkpoint(path)
    kind = kind or checkpoint.kind
    hierarchy = load_hierarchy("ffpp", "release" if kind == "sjedd" else None)
    model = JointEmbedding(architecture, hierarchy, scoring="inner", tau=TAU)
    model.clip.load_state_dict(fitting_state(checkpoint.state, architecture, model.clip.state_dict(), path))
    fields = {"name": name, "preprocess": preprocess.model_dump(), **card_fields(model), **_told(kind, path)}
    parts = bundle_parts(model, preprocess, with_text_tower=True)
    bundle = write_bundle(Card.build(fields), parts, target, overwrite=overwrite)
    open_scorer(bundle, device="cpu")
    return bundle, checkpoint


def _told(kind: Kind, path: Path) -> dict[str, Any]:
    """What the card says of the origin."""
    origin = {"imported_from": path.name}
    if kind == "sjedd":
        data = "FaceForensics++ c23 with expansion, by the authors of SJEDD (arXiv 2408.16305), as they state it"
        return {"trained": True, "training_data": data, "training": origin, "licence": "As published by the authors"}
    data = "CLIP pre-training only; not trained to tell altered faces"
    return {"trained": False, "training_data": data, "training": origin, "licence": "As published with the weights"}


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint without running anything in it.

    Raises:
        ModelError: It is not a checkpoint, names dangerous code, or holds no state dict.
    """
    content, ignored = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    kind: Kind = "sjedd" if isinstance(content.get("model"), Mapping) else "clip"
    state = content.get("model" if kind == "sjedd" else "state_dict", content)
    if not isinstance(state, Mapping) or not any(isinstance(value, Tensor) for value in state.values()):
        raise ModelError(f"{path}: holds no state dict of weights.", "Give the published checkpoint itself.")
    return Checkpoint(kind, {str(key): value for key, value in state.items()}, ignored)


def _read_safetensors(path: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path), ()
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: cannot be read as safetensors: {error}.", "Download it again.") from error


def _read_torch(path: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    foreign = _foreign_classes(path)
    dangerous = [name for name in foreign if name.split(".", maxsplit=1)[0] in REFUSED]
    if dangerous:
        advice = "This is not a plain checkpoint. Do not open it with other programs."
        raise ModelError(f"{path}: asks to run {', '.join(dangerous[:SHOWN])}; refused.", advice)
    try:
        with torch.serialization.safe_globals([(_stand_in(name), name) for name in foreign]):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        raise ModelError(f"{path}: cannot be read as weights only: {reason}.", "Save its state dict anew.") from error
    if not isinstance(content, Mapping):
        raise ModelError(f"{path}: holds a {type(content).__name__}, not a dictionary.", "Save its state dict anew.")
    return content, foreign


def _stand_in(name: str) -> type:
    return _Opaque if name.split(".", maxsplit=1)[0] in OPAQUE else _Inert


def _foreign_classes(path: Path) -> tuple[str, ...]:
    """Names in the pickle that torch does not know, found without loading it."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(name.endswith("constants.pkl") for name in archive.namelist()):
                advice = "Save the state dict of that model, or use a .safetensors file of open_clip."
                raise ModelError(f"{path}: is a TorchScript program, which is not run here.", advice)
        return tuple(sorted(torch.serialization.get_unsafe_globals_in_checkpoint(path)))
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        message = f"{path}: is not a checkpoint in torch's zip format: {error}."
        raise ModelError(message, "Give a .pth, .pt or .safetensors file.") from error


def fitting_state(
    state: Mapping[str, Any], architecture: str, expected: Mapping[str, Tensor], path: Path
) -> dict[str, Tensor]:
    """Bring a state dict into the names and dtypes of the architecture, strictly.

    Accepts OpenAI's key names, open_clip's (the same, or with ``text.`` before those of the text tower), and a
    ``module.`` before every key.

    Args:
        state: As read.
        architecture: Name of the open_clip config, for the messages and the check of OpenAI's extra numbers.
        expected: State dict of the architecture.
        path: For the messages.

    Raises:
        ModelError: A key is missing or extra, or a tensor has another shape or is not finite; the message names them.
    """
    renamed = dict(state)
    for prefix in ("module.", "text."):
        if prefix == "text." or all(key.startswith(prefix) for key in renamed):
            renamed = {key.removeprefix(prefix): value for key, value in renamed.items()}
    _check_facts(renamed, architecture, path)
    missing, extra = sorted(set(expected) - set(renamed)), sorted(set(renamed) - set(expected))
    problems = [_listed("missing", missing), _listed("not known", extra)]
    if not missing and not extra:
        wrong = [key for key, value in expected.items() if _shape(renamed[key]) != tuple(value.shape)]
        problems.append(_listed("of another shape", [f"{k} {_shape(renamed[k])}" for k in wrong]))
        if not wrong:
            broken = [key for key, value in renamed.items() if not torch.isfinite(value).all()]
            problems.append(_listed("not finite", broken))
    if found := "; ".join(filter(None, problems)):
        raise ModelError(f"{path}: does not fit {architecture}: {found}.", "Give a checkpoint of this architecture.")
    return {key: renamed[key].to(value.dtype) for key, value in expected.items()}


def _check_facts(state: dict[str, Any], architecture: str, path: Path) -> None:
    """Take OpenAI's extra numbers out of ``state``, after comparing them with the architecture."""
    import open_clip

    config = open_clip.get_model_config(architecture)
    known = {**config["vision_cfg"], **config["text_cfg"]}
    for key, field in FACTS.items():
        if key in state and int(state.pop(key)) != known[field]:
            raise ModelError(
                f"{path}: {key} is not {known[field]} as in {architecture}.", "Give a checkpoint of this architecture."
            )


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def _listed(what: str, keys: list[str]) -> str:
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return f"{what}: {', '.join(keys[:SHOWN])}{more}" if keys else ""
