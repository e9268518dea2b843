"""``sjedd-video models`` and ``sjedd-video hierarchy``."""

import json

import pytest
from click.testing import CliRunner

from bundles import write_hollow
from sjedd_batch.cli import main


def call(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(args))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def user_models(tmp_path, monkeypatch):
    monkeypatch.setenv("SJEDD_MODELS", str(tmp_path))
    monkeypatch.setattr("sjedd_video.model.bundle.embedded_path", lambda: tmp_path / "none")
    return tmp_path


def test_list_names_good_and_broken_models(user_models):
    write_hollow(user_models / "one.sjedd")
    write_hollow(user_models / "two", calibration=None)
    (user_models / "bad.sjedd").write_bytes(b"rubbish")
    rows = {row["model"]: row for row in json.loads(call("models", "list", "--json"))}
    assert set(rows) == {"embedded", "one", "two", "bad"}
    assert (rows["one"]["judges"], rows["two"]["judges"]) == (True, False)
    assert "no embedded model" in rows["embedded"]["problem"]
    assert "not a model bundle" in rows["bad"]["problem"]
    table = call("models", "list")
    assert "tiny-test-tower" in table
    assert "bad: " in table


def test_info_shows_the_card(user_models):
    bundle = write_hollow(user_models / "one.sjedd")
    text = call("models", "info", "one")
    for part in ("tiny", "made up for tests (3 real, 4 altered)", "wrongly suspected 10.0%, missed 20.0%", "250 legal"):
        assert part in text
    assert bundle.sha256 in text.replace("\n", "").replace(" ", "")
    values = json.loads(call("models", "info", "one", "--json"))
    assert values["sha256"] == bundle.sha256
    assert values["card"]["parts"]["golden.npz"]["size"] > 0


def test_info_shows_a_table_of_measurements_row_by_row(user_models):
    rows = [{"name": "swap", "auc": 0.96}, {"name": "eye", "auc": 0.88}]
    write_hollow(user_models / "one", metrics={"validation": rows, "note": "in words"})
    lines = [" ".join(line.split()) for line in call("models", "info", "one").splitlines()]
    assert {"Validation", "swap auc 0.96", "eye auc 0.88", "Note in words"} <= set(lines)


@pytest.mark.torch
def test_a_missing_package_is_told_with_what_to_install(user_models, tmp_path, monkeypatch):
    from sjedd_video.model import importing

    def fails(*_, **__):
        raise ImportError("No module named 'open_clip'")

    monkeypatch.setattr(importing, "import_checkpoint", fails)
    (tmp_path / "a.pth").write_bytes(b"")
    assert "sjedd-video[train]" in call("models", "import", str(tmp_path / "a.pth"), code=7)


def test_info_says_that_an_uncalibrated_model_never_judges(user_models):
    write_hollow(user_models / "two", calibration=None)
    assert "never leads to a verdict" in call("models", "info", "two")


def test_a_missing_or_damaged_model_ends_with_code_7(user_models):
    assert "no embedded model" in call("models", "info", code=7)
    write_hollow(user_models / "one")
    (user_models / "one" / "image_tower.onnx").write_bytes(b"no grapH")
    assert "image_tower.onnx is damaged or altered" in call("models", "verify", "one", code=7)


@pytest.mark.torch
@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_verify_measures_the_golden_vectors(user_models, backend):
    from bundles import write_tiny

    bundle = write_tiny(user_models / "tiny.sjedd")
    values = json.loads(call("models", "verify", "tiny", "--backend", backend, "--device", "cpu", "--json"))
    assert values["sha256"] == bundle.sha256
    assert 0 <= values["golden_difference"] <= 1e-3
    assert "4 parts intact" in call("models", "verify", "tiny", "--device", "cpu")


@pytest.mark.torch
def test_import_reports_what_it_made_and_refuses_a_wrong_file(user_models, tmp_path, monkeypatch):
    import torch

    from sjedd_video.model import importing
    from sjedd_video.model.importing import Checkpoint

    made = write_hollow(tmp_path / "made" / "m.sjedd", calibration=None)
    asked = {}

    def fake(path, target, **values):
        asked.update(values, target=target)
        return made, Checkpoint("sjedd", {}, ("yacs.config.CfgNode",))

    path = tmp_path / "FFpp Release.pth"
    torch.save({"model": {"a": torch.zeros(1)}}, path)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "import_checkpoint", fake)
        text = call("models", "import", str(path))
    assert asked["target"] == user_models / "ffpp-release.sjedd"
    assert (asked["name"], asked["kind"], asked["overwrite"]) == ("ffpp-release", None, False)
    assert "yacs.config.CfgNode" in text
    assert "Not calibrated" in text
    (tmp_path / "no.pth").write_bytes(b"rubbish")
    assert "not a checkpoint" in call("models", "import", str(tmp_path / "no.pth"), code=7)


def test_hierarchy_list_and_show():
    rows = {row["name"]: row for row in json.loads(call("hierarchy", "list", "--json"))}
    assert (rows["ffpp"]["nodes"], rows["ffpp"]["legal_states"], rows["ffsc"]["nodes"]) == (10, 250, 12)
    text = call("hierarchy", "show", "ffpp")
    assert "250 legal states" in text
    for part in ("physical_inconsistency", "a photo of a fake face", "219", "1 1 0 1 0 0 1 1 0 0"):
        assert part in text
    assert "ffsc" in call("hierarchy", "list")


def test_hierarchy_json_has_nodes_edges_templates_and_counts():
    values = json.loads(call("hierarchy", "show", "ffpp", "--rule", "release", "--json"))
    assert (values["rule"], values["legal_states"]) == ("release", 251)
    assert [node["states_active"] for node in values["nodes"]] == [250, 111, 219, 135, 126, 110, 146, 146, 126, 110]
    assert ["identity", "eye"] in values["edges"]
    assert len(values["edges"]) == 3 + 6 + 2 + 4
    assert values["nodes"][4]["prompts"]["full"] == "a photo of a face with the local attribute of eye altered"
    assert "{node}" in values["templates"]["full"][1]


def test_a_users_hierarchy_is_shown_and_a_wrong_one_refused(tmp_path):
    from sjedd_video.hierarchy import load_hierarchy

    assert load_hierarchy("ffpp").name == "ffpp"
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n')
    assert "mine.toml" in call("hierarchy", "show", str(path), code=2)
    assert "no hierarchy called 'nothing'" in call("hierarchy", "show", "nothing", code=2)


@pytest.mark.parametrize("args", [("models",), ("models", "import"), ("models", "verify"), ("hierarchy", "show")])
def test_help_has_examples(args):
    assert "Example" in call(*args, "--help")
