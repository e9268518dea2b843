"""Import of published checkpoints: safe, strict, and never a verdict."""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest

pytestmark = pytest.mark.torch

from bundles import ARCHITECTURE, CONFIG, PREPROCESS, register_tiny, tiny_model  # noqa: E402
from sjedd_video.errors import ModelError, OutputError  # noqa: E402
from sjedd_video.model.bundle import load_bundle  # noqa: E402
from sjedd_video.model.factory import load_scorer, open_scorer  # noqa: E402
from sjedd_video.options import AnalysisOptions  # noqa: E402

FOREIGN = """
import pathlib
pathlib.Path({marker!r}).write_text("imported")

class CfgNode(dict):
    def __setstate__(self, state):
        pathlib.Path({marker!r}).write_text("run")
        self.__dict__.update(state)
"""


def state_dict():
    return {key: value.clone() for key, value in tiny_model().clip.state_dict().items()}


def save(tmp_path: Path, content, name: str = "weights.pth") -> Path:
    import torch

    path = tmp_path / name
    torch.save(content, path)
    return path


def openai_vit_b_32() -> dict[str, tuple[int, ...]]:
    """Key names and shapes of OpenAI's CLIP ViT-B/32 state dict."""
    shapes: dict[str, tuple[int, ...]] = {
        "positional_embedding": (77, 512), "text_projection": (512, 512), "logit_scale": (),
        "token_embedding.weight": (49408, 512), "ln_final.weight": (512,), "ln_final.bias": (512,),
        "visual.class_embedding": (768,), "visual.positional_embedding": (50, 768), "visual.proj": (768, 512),
        "visual.conv1.weight": (768, 3, 32, 32),
    }  # fmt: skip
    for name in ("visual.ln_pre", "visual.ln_post"):
        shapes |= {f"{name}.weight": (768,), f"{name}.bias": (768,)}
    for prefix, width in (("visual.", 768), ("", 512)):
        for i in range(12):
            block = f"{prefix}transformer.resblocks.{i}."
            shapes |= {
                f"{block}attn.in_proj_weight": (3 * width, width), f"{block}attn.in_proj_bias": (3 * width,),
                f"{block}attn.out_proj.weight": (width, width), f"{block}attn.out_proj.bias": (width,),
                f"{block}ln_1.weight": (width,), f"{block}ln_1.bias": (width,),
                f"{block}ln_2.weight": (width,), f"{block}ln_2.bias": (width,),
                f"{block}mlp.c_fc.weight": (4 * width, width), f"{block}mlp.c_fc.bias": (4 * width,),
                f"{block}mlp.c_proj.weight": (width, 4 * width), f"{block}mlp.c_proj.bias": (width,),
            }  # fmt: skip
    return shapes


def test_openai_names_and_shapes_are_those_of_our_vit_b_32(tmp_path):
    import open_clip
    import torch

    from sjedd_video.model.importing import ARCHITECTURE as VIT
    from sjedd_video.model.importing import fitting_state, read_checkpoint
    from sjedd_video.model.joint_embedding import register_architectures

    register_architectures()
    with torch.device("meta"):
        expected = open_clip.CLIP(**open_clip.get_model_config(VIT)).state_dict()
    # A single number seen in the right shape: 302 tensors in a file of some kilobytes.
    state = {key: torch.zeros((), dtype=torch.float16).expand(shape) for key, shape in openai_vit_b_32().items()}
    assert len(state) == 302
    extra = {
        "input_resolution": torch.tensor(224),
        "context_length": torch.tensor(77),
        "vocab_size": torch.tensor(49408),
    }
    checkpoint = read_checkpoint(save(tmp_path, {**state, **extra}))
    assert checkpoint.kind == "clip"
    del checkpoint.state["token_embedding.weight"], checkpoint.state["visual.proj"]
    checkpoint.state["visual.projection"] = torch.zeros(1)
    with pytest.raises(ModelError, match=r"missing: token_embedding.weight, visual.proj; not known: visual.projection"):
        fitting_state(checkpoint.state, VIT, expected, Path("x.pth"))
    complete = fitting_state({**state, **extra}, VIT, {k: v.float() for k, v in expected.items()}, Path("x.pth"))
    assert set(complete) == set(expected)
    with pytest.raises(ModelError, match="input_resolution is not 224"):
        fitting_state({**state, "input_resolution": torch.tensor(336)}, VIT, expected, Path("x.pth"))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A checkpoint laid out like the authors', with a configuration object of a class that is not importable."""
    import sys

    import torch

    folder = tmp_path_factory.mktemp("published")
    marker = folder / "marker"
    (folder / "sjedd_foreign_config.py").write_text(FOREIGN.format(marker=str(marker)))
    sys.path.insert(0, str(folder))
    try:
        from sjedd_foreign_config import CfgNode

        config = CfgNode(MODEL=CfgNode(NAME="ViT-B/32"), LR=6e-7)
        config.__dict__["__immutable__"] = True
        half = {key: value.half() for key, value in state_dict().items()}
        torch.save({"model": half, "config": config, "epoch": 3}, folder / "ffpp.pth")
    finally:
        sys.path.remove(str(folder))
        del sys.modules["sjedd_foreign_config"]
    marker.unlink()
    return folder / "ffpp.pth", marker


def test_the_published_checkpoint_becomes_a_bundle_that_scores_but_never_judges(tmp_path, published):
    import torch

    from sjedd_video.model.importing import import_checkpoint

    path, marker = published
    target = tmp_path / "authors.sjedd"
    bundle, read = import_checkpoint(path, target, name="authors", architecture=ARCHITECTURE, preprocess=PREPROCESS)
    assert (read.kind, read.ignored) == ("sjedd", ("sjedd_foreign_config.CfgNode",))
    assert not marker.exists(), "code of the checkpoint was run"
    card = bundle.card
    assert len(card.label_hierarchy.states) == 251
    assert (card.tau, card.scoring, card.trained, card.calibration) == (10.0, "inner", True, None)
    assert "SJEDD" in card.training_data
    weights = bundle.weights().tower
    # The checkpoint is of half precision: stored so, without loss.
    assert torch.equal(torch.from_numpy(weights["proj"]), tiny_model().clip.visual.proj.detach().half())
    assert open_scorer(bundle).score([])[0].shape == (0, 10)
    with pytest.raises(ModelError, match="no calibration"):
        load_scorer(AnalysisOptions(model=str(target)))
    with pytest.raises(OutputError, match="already exists"):
        import_checkpoint(path, target, name="authors", architecture=ARCHITECTURE, preprocess=PREPROCESS)


def test_the_defaults_of_the_authors_release():
    from sjedd_video.model import importing

    pre = importing.PREPROCESS
    assert (pre.crop_scale, pre.crop_size, pre.input_size) == (1.3, 317, 224)
    assert pre.mean == (0.48145466, 0.4578275, 0.40821073)
    assert importing.TAU == 10


def test_clip_weights_are_not_called_trained():
    from sjedd_video.model.importing import _told

    told = _told("clip", Path("ViT-B-32.pt"))
    assert told["trained"] is False
    assert "not trained" in told["training_data"]


@pytest.mark.parametrize("layout", ["plain", "state_dict", "module", "text", "safetensors"])
def test_layouts_that_are_understood(tmp_path, layout):
    import torch
    from safetensors.torch import save_file

    from sjedd_video.model.importing import fitting_state, read_checkpoint

    state, path = state_dict(), tmp_path / "weights.safetensors"
    if layout == "safetensors":
        save_file(state, path)
    elif layout == "text":
        other = {k if k.startswith("visual.") or k == "logit_scale" else f"text.{k}": v for k, v in state.items()}
        path = save(tmp_path, other)
    elif layout == "module":
        path = save(tmp_path, {"epoch": 1, "state_dict": {f"module.{k}": v for k, v in state.items()}})
    else:
        path = save(tmp_path, {"state_dict": state} if layout == "state_dict" else OrderedDict(state))
    read = read_checkpoint(path)
    assert read.kind == "clip"
    found = fitting_state(read.state, register_tiny(), state, path)
    assert all(torch.equal(found[key], value) for key, value in state.items())


def test_a_wrong_shape_or_a_number_that_is_none_is_named(tmp_path):
    import torch

    from sjedd_video.model.importing import fitting_state

    register_tiny()
    state = state_dict()
    with pytest.raises(ModelError, match=r"of another shape: ln_final.bias \(9,\)"):
        fitting_state({**state, "ln_final.bias": torch.zeros(9)}, ARCHITECTURE, state, Path("x"))
    broken = state["ln_final.bias"].clone()
    broken[0] = float("nan")
    with pytest.raises(ModelError, match=r"not finite: ln_final.bias"):
        fitting_state({**state, "ln_final.bias": broken}, ARCHITECTURE, state, Path("x"))
    assert CONFIG["text_cfg"]["width"] == 8


class Attack:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return (exec, (f"import pathlib; pathlib.Path({str(self.marker)!r}).touch()",))


class ShellAttack(Attack):
    def __reduce__(self):
        import os

        return (os.system, (f"touch {self.marker}",))


@pytest.mark.parametrize("attack", [Attack, ShellAttack])
def test_a_checkpoint_that_runs_code_is_refused(tmp_path, attack):
    from sjedd_video.model.importing import read_checkpoint

    marker = tmp_path / "marker"
    path = save(tmp_path, {"model": state_dict(), "config": attack(marker)})
    with pytest.raises(ModelError, match=r"asks to run .*refused"):
        read_checkpoint(path)
    assert not marker.exists()


def test_a_class_is_never_imported_however_its_object_is_made(tmp_path):
    import numpy as np

    from sjedd_video.model.importing import read_checkpoint

    content = {"model": state_dict(), "best": np.float64(0.9), "when": Path("runs"), "seen": np.arange(3)}
    read = read_checkpoint(save(tmp_path, content))
    assert any(name.startswith("numpy") for name in read.ignored)
    assert set(read.state) == set(state_dict())


@pytest.mark.parametrize("content", [{"model": {"a": 1}}, [1, 2], {"epoch": 3}])
def test_a_file_without_weights_is_refused(tmp_path, content):
    from sjedd_video.model.importing import read_checkpoint

    with pytest.raises(ModelError, match="holds"):
        read_checkpoint(save(tmp_path, content))


def test_other_files_are_refused(tmp_path):
    from sjedd_video.model.importing import read_checkpoint

    for name in ("a.pth", "a.safetensors"):
        (tmp_path / name).write_bytes(b"no checkpoint")
        with pytest.raises(ModelError, match=r"a\."):
            read_checkpoint(tmp_path / name)
    with pytest.raises(ModelError, match="not a checkpoint"):
        read_checkpoint(tmp_path / "missing.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps({"model": 1}))
    with pytest.raises(ModelError, match="not a checkpoint"):
        read_checkpoint(tmp_path / "plain.pth")
    with zipfile.ZipFile(tmp_path / "script.pt", "w") as archive:
        archive.writestr("archive/constants.pkl", b"")
        archive.writestr("archive/data.pkl", b"")
    with pytest.raises(ModelError, match="TorchScript"):
        read_checkpoint(tmp_path / "script.pt")


def test_a_failed_import_leaves_nothing_behind(tmp_path):
    from sjedd_video.model.importing import import_checkpoint

    state = state_dict()
    state.pop("logit_scale")
    path = save(tmp_path, {"model": state})
    with pytest.raises(ModelError, match="missing: logit_scale"):
        import_checkpoint(path, tmp_path / "m.sjedd", name="m", architecture=ARCHITECTURE, preprocess=PREPROCESS)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["weights.pth"]
    with pytest.raises(ModelError):
        load_bundle(tmp_path / "m.sjedd")
