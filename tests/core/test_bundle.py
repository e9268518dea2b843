"""Bundles: both forms, the closed card, and every kind of damage."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bundles import CALIBRATION, common_fields, write_hollow, write_tiny
from sjedd_video.errors import ExitCode, HierarchyError, ModelError, OptionsError, OutputError
from sjedd_video.hierarchy import load_hierarchy
from sjedd_video.model.bundle import embedded_path, find_bundle, load_bundle
from sjedd_video.model.card import Card
from sjedd_video.model.factory import load_scorer, open_scorer, require_judging
from sjedd_video.options import AnalysisOptions

FORMS = ["bundle", "bundle.sjedd"]
PARTS = ["weights.safetensors", "image_tower.onnx", "golden.npz"]


def edit_card(folder: Path, change) -> None:
    path = folder / "card.json"
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))


def flip_byte(path: Path, name: str) -> None:
    """Change one byte of a part, in a folder or inside a stored archive."""
    if path.is_dir():
        data = bytearray((path / name).read_bytes())
        data[len(data) // 2] ^= 1
        (path / name).write_bytes(data)
        return
    with zipfile.ZipFile(path) as archive:
        contents = {n: bytearray(archive.read(n)) for n in archive.namelist()}
    contents[name][len(contents[name]) // 2] ^= 1
    with zipfile.ZipFile(path, "w") as archive:
        for n, data in contents.items():
            archive.writestr(n, bytes(data))


@pytest.mark.parametrize("form", FORMS)
def test_a_bundle_reads_back_what_was_written(tmp_path, form):
    written = write_hollow(tmp_path / form)
    bundle = load_bundle(tmp_path / form)
    assert (tmp_path / form).is_dir() == (form == "bundle")
    assert bundle.sha256 == written.sha256
    assert bundle.card.label_hierarchy.nodes == load_hierarchy("ffpp").nodes
    assert bundle.card.calibration is not None
    assert bundle.card.calibration.a == CALIBRATION["a"]
    weights = bundle.weights()
    assert weights.text_matrix.shape == (10, 4)
    assert list(weights.tower) == ["w"]
    assert bundle.golden().crops.shape == (1, 45, 45, 3)


def test_both_forms_are_the_same_model_and_the_archive_is_stored_and_repeatable(tmp_path):
    folder, archive = write_hollow(tmp_path / "a"), write_hollow(tmp_path / "a.sjedd")
    assert folder.sha256 == archive.sha256
    with zipfile.ZipFile(archive.path) as file:
        assert {entry.compress_type for entry in file.infolist()} == {zipfile.ZIP_STORED}
    assert write_hollow(tmp_path / "b.sjedd").path.read_bytes() == archive.path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", PARTS)
def test_a_changed_part_is_refused_by_name(tmp_path, form, part):
    write_hollow(tmp_path / form)
    flip_byte(tmp_path / form, part)
    with pytest.raises(ModelError, match=rf"{part} is damaged or altered") as caught:
        load_bundle(tmp_path / form).read(part)
    assert caught.value.code == ExitCode.MODEL
    assert caught.value.advice


@pytest.mark.parametrize("part", ["weights.safetensors", "image_tower.onnx"])
def test_a_changed_part_stops_the_scorer(tmp_path, part):
    write_hollow(tmp_path / "b")
    flip_byte(tmp_path / "b", part)
    with pytest.raises(ModelError, match=part):
        load_scorer(AnalysisOptions(model=str(tmp_path / "b")))


def test_a_missing_or_longer_part_is_refused(tmp_path):
    write_hollow(tmp_path / "b")
    (tmp_path / "b" / "golden.npz").unlink()
    with pytest.raises(ModelError, match=r"golden\.npz cannot be read"):
        load_bundle(tmp_path / "b").golden()
    with (tmp_path / "b" / "image_tower.onnx").open("ab") as file:
        file.write(b"!")
    with pytest.raises(ModelError, match="has 9 bytes, the card says 8"):
        load_bundle(tmp_path / "b").read("image_tower.onnx")


def test_a_compressed_archive_is_refused(tmp_path):
    bundle = write_hollow(tmp_path / "b.sjedd")
    with zipfile.ZipFile(bundle.path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(bundle.path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    with pytest.raises(ModelError, match="compressed"):
        load_bundle(bundle.path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(extra=1), "extra"),
        (lambda c: c.update(format=2), "format"),
        (lambda c: c.pop("licence"), "licence"),
        (lambda c: c.update(name="../evil"), "name"),
        (lambda c: c["parts"].update({"../../etc/passwd": {"sha256": "0" * 64, "size": 1}}), "parts"),
        (lambda c: c["parts"].pop("golden.npz"), r"golden\.npz"),
        (lambda c: c["preprocess"].update(std=[0, 1, 1]), "std"),
        (lambda c: c["calibration"].update(a=-1), "calibration.a"),
        (lambda c: c["calibration"].update(threshold=1.0), "threshold"),
        (lambda c: c.update(training_data=" "), "trained on"),
        (lambda c: c.update(trained=False), "calibrated"),
        (lambda c: c.update(prompts=c["prompts"][1:]), "9 prompts"),
        (lambda c: c["hierarchy"]["nodes"][1].update(parents=["nobody"]), "nobody"),
    ],
)  # fmt: skip
def test_a_wrong_card_is_refused_by_field(tmp_path, change, message):
    write_hollow(tmp_path / "b")
    edit_card(tmp_path / "b", change)
    with pytest.raises(ModelError, match=message):
        load_bundle(tmp_path / "b")


def test_not_a_number_is_no_number_of_a_card(tmp_path):
    write_hollow(tmp_path / "b")
    path = tmp_path / "b" / "card.json"
    path.write_text(path.read_text().replace('"b": -0.2', '"b": NaN'))
    with pytest.raises(ModelError):
        load_bundle(tmp_path / "b")


def test_the_card_says_how_large_the_text_matrix_is(tmp_path):
    with pytest.raises(ModelError, match=r"text matrix \(10, 4\), not \(10, 5\)"):
        write_hollow(tmp_path / "b", embed_dim=5).weights()


def test_golden_vectors_must_fit_the_card(tmp_path):
    pre = {**common_fields()["preprocess"], "crop_size": 44}
    with pytest.raises(ModelError, match=r"golden\.npz does not fit"):
        write_hollow(tmp_path / "b", preprocess=pre).golden()


def test_a_pickle_in_the_golden_vectors_is_never_loaded(tmp_path, monkeypatch):
    bundle = write_hollow(tmp_path / "b")
    file = tmp_path / "evil.npz"
    np.savez(file, crops=np.array([{"a": 1}], dtype=object), raw=np.zeros((1, 10)), probabilities=np.zeros((1, 10)))
    monkeypatch.setattr(type(bundle), "read", lambda self, part: file.read_bytes())
    with pytest.raises(ModelError, match=r"golden\.npz is not valid"):
        bundle.golden()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x80\x02}q\x00."])
def test_another_file_is_not_a_bundle(tmp_path, content):
    path = tmp_path / "model.sjedd"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not a model bundle"):
        load_bundle(path)


def test_writing_never_replaces_silently(tmp_path):
    write_hollow(tmp_path / "b")
    before = (tmp_path / "b" / "card.json").read_bytes()
    with pytest.raises(OutputError, match="already exists"):
        write_hollow(tmp_path / "b", licence="another")
    assert (tmp_path / "b" / "card.json").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b"]


def test_names_are_looked_up_among_imported_models(tmp_path, monkeypatch):
    monkeypatch.setenv("SJEDD_MODELS", str(tmp_path))
    write_hollow(tmp_path / "one.sjedd")
    write_hollow(tmp_path / "two")
    assert find_bundle("one") == tmp_path / "one.sjedd"
    assert find_bundle("two") == tmp_path / "two"
    with pytest.raises(ModelError, match="no model called 'three'"):
        find_bundle("three")


def test_a_missing_embedded_model_is_said_clearly(tmp_path, monkeypatch):
    monkeypatch.setattr("sjedd_video.model.bundle.embedded_path", lambda: tmp_path)
    with pytest.raises(ModelError, match="no embedded model"):
        load_scorer(AnalysisOptions())


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"trained": False, "calibration": None}, "never trained"), ({"calibration": None}, "no calibration")],
)
def test_weights_that_must_not_judge_are_refused_before_they_are_read(tmp_path, changes, message):
    bundle = write_hollow(tmp_path / "b", **changes)
    with pytest.raises(ModelError, match=message):
        require_judging(bundle.card)
    with pytest.raises(ModelError, match=message):
        load_scorer(AnalysisOptions(model=str(bundle.path)))


def test_onnx_does_not_pretend_to_offer_bf16(tmp_path):
    bundle = write_hollow(tmp_path / "b")
    with pytest.raises(OptionsError, match="bf16"):
        load_scorer(AnalysisOptions(model=str(bundle.path), precision="bf16"))


def test_a_graph_that_is_none_is_refused(tmp_path):
    with pytest.raises(ModelError, match="cannot be run by ONNX Runtime"):
        open_scorer(write_hollow(tmp_path / "b"))


def test_a_card_with_a_broken_hierarchy_cannot_be_built():
    with pytest.raises(HierarchyError):
        Card.build({**common_fields(), "architecture": "x", "hierarchy": {"name": "x"}, "prompts": (), "embed_dim": 1,
                    "tau": 1.0})  # fmt: skip


@pytest.mark.torch
def test_a_bundle_rebuilds_the_model_it_was_made_of(tmp_path):
    import torch

    from bundles import tiny_model
    from sjedd_video.model.convert import restore, with_calibration

    bundle = write_tiny(tmp_path / "b", calibration=None)
    model = restore(bundle)
    pictures = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        assert torch.equal(model.eval()(pictures), tiny_model()(pictures))
    judging = with_calibration(bundle, tmp_path / "c.sjedd", CALIBRATION, metrics={"auc": 0.9})
    require_judging(judging.card)
    assert judging.card.parts == bundle.card.parts
    with pytest.raises(ModelError, match=r"calibration\.b"):
        with_calibration(bundle, tmp_path / "d", {**CALIBRATION, "b": "x"})


@pytest.mark.torch
def test_weights_are_stored_once_and_the_graph_names_no_path(tmp_path):
    import onnx

    bundle = write_tiny(tmp_path / "b")
    graph = onnx.load_from_string(bundle.read("image_tower.onnx"))
    assert len(bundle.read("image_tower.onnx")) < 0.2 * len(bundle.read("weights.safetensors"))
    outside = {i.name for i in graph.graph.initializer if i.data_location == onnx.TensorProto.EXTERNAL}
    assert outside == set(bundle.weights().graph)
    assert "transformer.resblocks.0.mlp.c_fc.weight" in outside
    assert b".py" not in bundle.read("image_tower.onnx")
    # Any ONNX tool can open the folder: the references are real offsets into the safetensors file.
    whole = onnx.load(tmp_path / "b" / "image_tower.onnx")
    found = {i.name: onnx.numpy_helper.to_array(i) for i in whole.graph.initializer}
    for name in outside:
        assert np.array_equal(found[name], bundle.weights().tower[name])


@pytest.mark.skipif(not (embedded_path() / "card.json").is_file(), reason="no embedded model in this checkout")
def test_the_embedded_model_judges_and_is_small():
    bundle = load_bundle("embedded")
    require_judging(bundle.card)
    assert sum(bundle.read(part).__len__() for part in bundle.card.parts) <= 30_000_000
    scorer = open_scorer(bundle, device="cpu")
    assert scorer.golden_difference(bundle.golden()) <= 1e-3
