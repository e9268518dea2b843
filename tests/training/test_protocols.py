"""The papers' evaluations by name, on trees of empty files with made-up scores, and robustness with small engines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bundles import write_hollow
from fakes import ContrastScorer, FakeScorer
from sjedd_training import bundle_calibration, published, run_files
from sjedd_training.cli import commands
from sjedd_training.data.layouts import LAYOUTS, read_layout
from sjedd_training.data.perturb import LEVELS, PERTURBATIONS
from sjedd_training.data.pool import Pool, open_pool
from sjedd_training.metrics import auc
from sjedd_training.origin import Origin
from sjedd_training.pool_scores import score_pool
from sjedd_training.protocol_asked import named_models
from sjedd_training.protocol_plots import small_faces_plot
from sjedd_training.protocol_tables import measure_row, protocol_table, trivial_table, with_published
from sjedd_training.protocols import (
    cross_attribute,
    cross_dataset,
    cross_manipulation,
    diffusion,
    find_data_sets,
)
from sjedd_training.recipe_files import load_recipe
from sjedd_training.robustness import (
    CLEAN,
    ON_STILLS,
    ON_VIDEOS,
    VARIANTS,
    PerturbedScorer,
    faces_to_score,
    perturbed_engines,
    pool_robustness,
    robustness_table,
)
from sjedd_training.scores import Traits
from sjedd_training.small_faces import _cut, _smaller, small_faces, small_faces_table
from sjedd_video.errors import OptionsError
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import Crop
from training.eval_kit import scored
from training.pool_factory import make_pool
from training.test_layouts import TREES

METHODS = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures")


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _ffpp(root: Path, *more: str) -> Path:
    for split, pairs in {"train": [["000", "001"]], "val": [], "test": [["002", "003"]]}.items():
        root.mkdir(parents=True, exist_ok=True)
        (root / f"{split}.json").write_text(json.dumps(pairs))
    for name in ("000", "001", "002", "003"):
        _touch(root / f"original_sequences/youtube/c23/videos/{name}.mp4")
    for method in (*METHODS, *more):
        for name in ("000_001", "001_000", "002_003", "003_002"):
            _touch(root / f"manipulated_sequences/{method}/c23/videos/{name}.mp4")
    return root


def _celebdf(root: Path) -> Path:
    names = ("1 Celeb-real/id0_0000.mp4", "1 YouTube-real/00000.mp4", "0 Celeb-synthesis/id0_id1_0000.mp4")
    for name in (*names, "0 Celeb-synthesis/id0_id1_0001.mp4"):
        _touch(root / name[2:])
    (root / "List_of_testing_videos.txt").write_text("\n".join(names) + "\n")
    return root


def _scores(protocol, of):
    return {entry.name: of(entry) for entry in protocol.entries}


def _undecided(entries, *_, **__):
    return [scored(0.5) for _ in entries], None


def _recipe(name: str) -> dict:
    return load_recipe(name).model_dump(mode="json")


def test_cross_dataset_takes_test_files_only(tmp_path):
    _ffpp(tmp_path / "FF", "FaceShifter")
    _celebdf(tmp_path / "celeb")
    _touch(tmp_path / "notes" / "a.txt")
    protocol = cross_dataset(tmp_path)
    assert [row.name for row in protocol.rows] == ["FF++", "CDF", "FSh"]
    by_name = {row.name: row for row in protocol.rows}
    assert sum(entry.label for entry in by_name["FF++"].entries) == 8
    assert len(by_name["FF++"].entries) == 10
    assert [entry.label for entry in by_name["FSh"].entries].count(1) == 2
    assert len(by_name["CDF"].entries) == 3
    assert not any("000" in entry.path.stem.split("_") for entry in by_name["FF++"].entries)
    assert by_name["CDF"].published == {published.TRAINED_ON_FFPP: 92.22, published.TRAINED_ON_FFSC: 91.28}
    assert any("notes" in note for note in protocol.notes)
    assert any("DF-1.0, DFDC, FFSC" in note for note in protocol.notes)


def test_the_published_means_are_those_of_the_paper():
    table = published.CROSS_DATASET[published.TRAINED_ON_FFPP]
    assert np.mean(list(table.values())) == pytest.approx(92.16, abs=0.006)
    assert np.mean([value for name, value in table.items() if name != "FF++"]) == pytest.approx(90.61, abs=0.006)
    assert np.mean(list(published.CROSS_DATASET[published.TRAINED_ON_FFSC].values())) == pytest.approx(91.00, abs=0.006)


def test_a_root_without_data_sets_is_an_error(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(OptionsError, match="no data set"):
        cross_dataset(tmp_path)
    with pytest.raises(OptionsError, match="no data set"):
        cross_dataset(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["dfdc", "deeperforensics", "ffsc", "diffusionface", "diff", "celebdf"])
def test_data_sets_side_by_side_are_all_found(name, tmp_path):
    TREES["ffpp"](tmp_path / "FF")
    TREES[name](tmp_path / "other")
    found, notes = find_data_sets(tmp_path, LAYOUTS)
    assert (set(found), notes) == ({"ffpp", name}, [])
    assert len(found[name].items) == len(read_layout(name, tmp_path / "other").items)


@pytest.mark.parametrize("name", [name for name in TREES if name not in {"folders", "manifest"}])
def test_a_data_set_alone_is_itself(name, tmp_path):
    found, notes = find_data_sets(TREES[name](tmp_path), LAYOUTS)
    assert (set(found), notes) == ({name}, [])


def test_tables_rank_withheld_files_too_and_count_them(tmp_path):
    protocol = cross_dataset(_celebdf(tmp_path))
    good = _scores(protocol, lambda e: scored(None, carried=0.9) if e.label else scored(0.2))
    lost = _scores(protocol, lambda e: scored(0.9) if e.label else scored(None, outcome="no_face"))
    cells = {"mine": [measure_row(protocol.rows[0], good)], "other": [measure_row(protocol.rows[0], lost)]}
    table = protocol_table(protocol, cells)
    row = table.rows[0]
    assert row[0] == "CDF"
    assert row[1] == "0/2 + 1/1"
    assert row[2].startswith("100.00 [")
    assert row[3] == "–"
    assert row[4:] == ("92.22", "91.28")
    assert table.header[2:] == ("mine", "other", *published.CROSS_DATASET)


def test_trivial_baselines_stand_beside_every_row(tmp_path):
    protocol = cross_dataset(_celebdf(tmp_path))
    blurred = Traits(sharpness=10, brightness=0.5, face_size=80, bit_rate=None)
    sharp = replace(blurred, sharpness=90, face_size=40)
    scores = _scores(protocol, lambda e: replace(scored(0.5), traits=blurred if e.label else sharp))
    table = trivial_table(protocol, {"mine": [measure_row(protocol.rows[0], scores)]})
    assert table.header[1:] == ("blurrier alone", "darker alone", "smaller alone", "lower bit rate alone")
    assert [cell.split()[0] for cell in table.rows[0]] == ["CDF", "100.00", "50.00", "0.00", "–"]


def test_files_can_be_ranked_as_in_the_papers(tmp_path, monkeypatch):
    def run(entries, options, out, workers, **how):
        return [replace(scored(0.5), largest=0.8 if entry.label else 0.3) for entry in entries], None

    monkeypatch.setattr(run_files, "run_pipeline", run)
    arguments = ["evaluate", "--protocol", "cross-dataset", "--root", str(_celebdf(tmp_path)), "--json"]
    aucs = {}
    for ranking in ("product", "papers"):
        done = CliRunner().invoke(commands, [*arguments, "--ranking", ranking], catch_exceptions=False)
        summary = json.loads(done.stdout)
        aucs[ranking] = summary["rows"][0]["models"]["embedded"]["auc"]["value"]
    assert aucs == {"product": 0.5, "papers": 1.0}
    assert any("Ranked as in the papers" in note for note in summary["notes"])


def test_published_columns_say_whose_they_are(tmp_path):
    plain = cross_dataset(_celebdf(tmp_path))
    assert all("SJEDD (full)" in column and "published" in column for column in plain.columns)
    protocol = with_published(plain, ["ablation-dwa", "mine", "sjedd-ffpp", "je-vit-b-32", "ablation-dwa"])
    assert protocol.columns == ("ablation-dwa, published", *published.CROSS_DATASET)
    scores = _scores(protocol, lambda e: scored(0.5))
    table = protocol_table(protocol, {"mine": [measure_row(protocol.rows[0], scores)]})
    assert table.rows[0][3:] == ("89.02", "92.22", "91.28")


def test_an_ablation_stands_beside_what_is_published_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(run_files, "run_pipeline", _undecided)
    bundle = write_hollow(tmp_path / "dwa.sjedd", training={"recipe": _recipe("ablation-dwa")}).path
    arguments = ["evaluate", "--protocol", "cross-dataset", "--root", str(_celebdf(tmp_path / "celeb"))]
    done = CliRunner().invoke(commands, [*arguments, "--model", str(bundle), "--json"], catch_exceptions=False)
    assert '"ablation-dwa, published": 89.02' in done.output


def test_means_stand_below_their_rows(tmp_path):
    _ffpp(tmp_path / "FF", "FaceShifter")
    _celebdf(tmp_path / "celeb")
    protocol = cross_dataset(tmp_path)
    perfect = _scores(protocol, lambda e: scored(0.9 if e.label else 0.1))
    blind = {**perfect, **{n: scored(0.5) for n in perfect if n.startswith("celebdf")}}
    table = protocol_table(protocol, {"mine": [measure_row(row, blind) for row in protocol.rows]})
    mean, without, third = table.rows[-3:]
    assert mean[0] == "mean of these"
    assert float(mean[2]) == pytest.approx(100 * 2.5 / 3, abs=0.01)
    assert without[0] == "mean without FF++"
    assert float(without[2]) == 75.0
    assert float(without[3]) == pytest.approx((92.22 + 97.80) / 2, abs=0.011)
    assert (mean[4], without[4]) == ("–", "–")
    # The paper trained on FFSC has nothing of FaceShifter: its mean stands beside ours of the other two.
    assert third[0] == "mean of FF++, CDF"
    assert float(third[2]) == 75.0
    assert [float(cell) for cell in third[3:]] == pytest.approx([(99.86 + 92.22) / 2, (93.81 + 91.28) / 2], abs=0.011)


def test_a_mean_over_the_same_rows_is_printed_once(tmp_path):
    protocol = with_published(cross_dataset(_celebdf(tmp_path)), ["ablation-dwa"])
    (cdf,) = protocol.rows
    other = replace(cdf, name="FF++", published=dict.fromkeys(published.CROSS_DATASET, 90.0))
    protocol = replace(protocol, rows=(other, cdf))
    cells = {"mine": [measure_row(row, _scores(protocol, lambda e: scored(0.5))) for row in protocol.rows]}
    assert [row[0] for row in protocol_table(protocol, cells).rows] == ["FF++", "CDF", "mean of these"]


def test_a_published_mean_over_unknown_rows_is_told_and_stands_in_no_row(tmp_path):
    plain = cross_dataset(_celebdf(tmp_path))
    protocol = with_published(plain, ["je-vit-b-32", "je-vit-l-14"])
    assert protocol.columns == plain.columns
    assert [note.split(";")[0] for note in protocol.notes[len(plain.notes) :]] == [
        "je-vit-b-32, published: a mean of 90.79", "je-vit-l-14, published: a mean of 93.89",
    ]  # fmt: skip
    assert with_published(replace(plain, mean=False), ["je-vit-b-32"]).notes == plain.notes


def test_cross_manipulation_has_a_row_for_each_method(tmp_path):
    protocol = cross_manipulation(_ffpp(tmp_path))
    assert [row.name for row in protocol.rows] == ["DF", "F2F", "FS", "NT"]
    for row in protocol.rows:
        assert [entry.label for entry in row.entries].count(0) == 2
        assert len({entry.group for entry in row.entries if entry.label}) == 1
    assert len(protocol.entries) == 2 + 4 * 2


def test_cross_attribute_sorts_methods_into_protocols(tmp_path):
    for name in ("Train/Real/a.png", "Train/simswap/a.png", "Test/Real/b.png", "Test/simswap/b.png",
                 "Test/fsgan/b.png", "Test/young/b.png", "Val/Real/c.png"):  # fmt: skip
        _touch(tmp_path / name)
    names = [row.name for row in cross_attribute(tmp_path).rows]
    assert names == ["Protocol-1: fsgan", "Protocol-2: young", "known method: simswap"]


def test_smile_and_surprise_are_one_attribute_and_gender_is_not_identity(tmp_path):
    for name in ("Train/Real/a.png", "Train/x-smile/a.png", "Train/simswap/a.png", "Val/Real/c.png", "Test/Real/b.png",
                 "Test/y-surprise/b.png", "Test/z-expr/b.png", "Test/w-gender/b.png", "Test/New/b.png"):  # fmt: skip
        _touch(tmp_path / name)
    names = [row.name for row in cross_attribute(tmp_path).rows]
    assert names == ["Protocol-1: y-surprise", "Protocol-1: z-expr", "Protocol-2: w-gender",
                     "unknown attribute: New"]  # fmt: skip


FFSC = (
    *("Train/Real/a.png", "Train/simswap/a.png", "Train/x-gender/a.png", "Train/x-age/a.png", "Val/Real/c.png"),
    *("Test/Real/b.png", "Test/simswap/b.png", "Test/x-gender/b.png", "Test/x-age/b.png", "Test/young/b.png"),
)


@pytest.mark.parametrize(
    ("shown", "rows"),
    [
        (["age"], ["Protocol-1: young", "Protocol-2: simswap", "Protocol-2: x-gender", "known method: x-age"]),
        (["simswap"], ["Protocol-2: x-age", "Protocol-2: x-gender", "Protocol-2: young", "known method: simswap"]),
        (["Deepfakes", "FaceSwap"], ["new method: simswap", "new method: x-age", "new method: x-gender",
                                     "new method: young"]),
        ([], ["Protocol-1: young", "known method: simswap", "known method: x-age", "known method: x-gender"]),
    ],
)  # fmt: skip
def test_methods_are_known_by_what_the_model_was_shown(tmp_path, shown, rows):
    for name in FFSC:
        _touch(tmp_path / name)
    protocol = cross_attribute(tmp_path, shown=shown)
    assert [row.name for row in protocol.rows] == rows
    told = " ".join(protocol.notes)
    assert (f"what the recipes on the cards name: {', '.join(shown)}" if shown else "all below Train") in told
    assert ("every method is new" in told) == ("Deepfakes" in shown)


def test_of_one_method_only_what_was_shown_is_known(tmp_path):
    for name in ("Train/Real/a.png", "Train/m/a_smile.png", "Train/m/a_pose.png", "Val/Real/c.png", "Test/Real/b.png",
                 "Test/m/b_smile.png", "Test/m/b_pose.png"):  # fmt: skip
        _touch(tmp_path / name)
    names = [row.name for row in cross_attribute(tmp_path, shown=["pose"]).rows]
    assert names == ["Protocol-2: m", "known method: m"]


@pytest.mark.parametrize(
    ("training", "recipe", "forgeries"),
    [
        ({}, "", ()),
        ({"recipe": {"name": "of another version"}}, "", ()),
        ({"recipe": _recipe("sjedd-ffsc-age"), "made_from": []}, "sjedd-ffsc-age", ("age",)),
        ({"recipe": _recipe("sjedd-ffsc")}, "sjedd-ffsc", ()),
        ({"recipe": _recipe("sjedd-ffsc-age"), "made_from": [{"run": "a", "recipe": _recipe("sjedd-ffsc-pose")}]},
         "sjedd-ffsc-age", ("pose", "age")),
        ({"recipe": _recipe("sjedd-ffsc-age"), "made_from": [{"run": "a", "recipe": _recipe("sjedd-ffsc")}]},
         "sjedd-ffsc-age", ()),
    ],
)  # fmt: skip
def test_a_card_says_what_was_shown(tmp_path, training, recipe, forgeries):
    card = write_hollow(tmp_path / "m.sjedd", training=training).card
    assert Origin.of(card) == Origin(True, recipe, forgeries)
    assert not Origin.of(card.model_copy(update={"calibration": None})).calibrated


def test_models_that_were_shown_other_things_get_tables_of_their_own(tmp_path, monkeypatch):
    for name in FFSC:
        _touch(tmp_path / "ffsc" / name)
    arguments = ["evaluate", "--protocol", "cross-attribute", "--root", str(tmp_path / "ffsc")]
    for name in ("age", "gender", "longer"):
        recipe = "sjedd-ffsc-age" if name == "age" else "sjedd-ffsc-gender"
        write_hollow(tmp_path / f"{name}.sjedd", training={"recipe": _recipe(recipe)})
        arguments += ["--model", str(tmp_path / f"{name}.sjedd")]
    monkeypatch.setattr(run_files, "run_pipeline", _undecided)
    done = CliRunner().invoke(commands, [*arguments, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "AUC in %: trained on age" in done.output
    assert "AUC in %: trained on gender" in done.output
    rows = json.loads((tmp_path / "out" / "protocol.json").read_text())["rows"]
    told = {(row["name"], *row["models"]) for row in rows}
    assert {("known method: x-age", "age"), ("Protocol-2: x-age", "gender", "longer"),
            ("Protocol-2: x-gender", "age"), ("known method: x-gender", "gender", "longer")} <= told  # fmt: skip


def test_a_divided_test_folder_says_the_protocol(tmp_path):
    for name in ("Train/Real/a.png", "Train/simswap/a.png", "Test/Protocol-1/Real/b.png", "Test/Protocol-1/young/b.png",
                 "Test/Protocol-2/Real/c.png", "Test/Protocol-2/fsgan/c.png", "Val/Real/d.png"):  # fmt: skip
        _touch(tmp_path / name)
    rows = cross_attribute(tmp_path).rows
    assert [row.name for row in rows] == ["Protocol-1: young", "Protocol-2: fsgan"]
    assert [len(row.entries) for row in rows] == [2, 2]


def test_diffusion_sets_are_split_by_kind(tmp_path):
    for name in ("real/a.png", "DiffSwap/b.png", "Inpaint/c.png", "Img2Img/d.png"):
        _touch(tmp_path / "test" / name)
    protocol = diffusion(tmp_path)
    assert [row.name for row in protocol.rows] == [f"diffusionface: {k}" for k in ("DiffSwap", "Img2Img", "Inpaint")]
    assert all(sorted(entry.label for entry in row.entries) == [0, 1] for row in protocol.rows)


def test_a_quick_look_takes_the_same_few_files(tmp_path):
    for k in range(9):
        _touch(tmp_path / f"test/real/{k}.png")
        _touch(tmp_path / f"test/DiffSwap/{k}.png")
    first, again = (diffusion(tmp_path, 3).entries for _ in range(2))
    assert first == again
    assert len(first) == 6


def test_models_are_columns_by_name():
    assert named_models(["DF=a.sjedd", "dir/b.sjedd", "embedded"]) == {
        "DF": "a.sjedd", "b": "dir/b.sjedd", "embedded": "embedded",
    }  # fmt: skip
    with pytest.raises(OptionsError, match="Two models"):
        named_models(["a.sjedd", "other/a.sjedd"])


def test_a_path_may_hold_an_equals_sign(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lr=1e-4" / "b").mkdir(parents=True)
    assert named_models(["lr=1e-4/b", "DF=lr=1e-4/b"]) == {"b": "lr=1e-4/b", "DF": "lr=1e-4/b"}


def test_the_command_compares_models(tmp_path, monkeypatch):
    asked = []

    def run(entries, options, out, workers, **how):
        asked.append((options.model, options.sampling))
        good = Path(options.model).name == "x.sjedd"
        return [scored((0.9 if entry.label else 0.1) if good else 0.5) for entry in entries], None

    monkeypatch.setattr(run_files, "run_pipeline", run)
    root = _ffpp(tmp_path / "FF")
    arguments = ["evaluate", "--protocol", "cross-manipulation", "--root", str(root), "--out", str(tmp_path / "out")]
    x = write_hollow(tmp_path / "x.sjedd", calibration=None).path
    y = write_hollow(tmp_path / "y.sjedd", training={"recipe": _recipe("ablation-dwa")}).path
    done = CliRunner().invoke(commands, [*arguments, "--model", f"DF={x}", "--model", f"NT={y}"])
    assert done.exit_code == 0, done.output
    assert asked == [(str(x), "uniform:64"), (str(y), "uniform:64")]
    assert "Uncalibrated: DF. AUC only ranks and needs no calibration." in done.output
    summary = json.loads((tmp_path / "out" / "protocol.json").read_text())
    assert any("Uncalibrated: DF." in note for note in summary["notes"])
    first = summary["rows"][0]
    assert (first["name"], first["models"]["DF"]["auc"]["value"], first["models"]["NT"]["auc"]["value"]) == (
        "DF",
        1,
        0.5,
    )


@pytest.mark.parametrize(
    "wrong", [["cross-dataset"], ["robustness"], ["small-faces"], ["robustness", "--root", "a", "--data", "b"]]
)
def test_a_protocol_without_its_data_is_an_error(wrong):
    done = CliRunner().invoke(commands, ["evaluate", "--protocol", *wrong])
    assert isinstance(done.exception, OptionsError)


# Robustness


def test_perturbed_crops_are_scored_and_always_the_same():
    rng = np.random.default_rng(0)
    crops = [rng.integers(0, 255, (64, 64, 3)).astype(np.uint8) for _ in range(3)]
    clean = ContrastScorer(0.1, -4.0)
    blurred = [PerturbedScorer(clean, "blur", level).score(crops)[1][:, 0] for level in (1, 4)]
    before = clean.score(crops)[1][:, 0]
    assert (before > blurred[0]).all()
    assert (blurred[0] > blurred[1]).all()
    noisy = PerturbedScorer(clean, "noise", 2)
    np.testing.assert_array_equal(noisy.score(crops)[1], noisy.score(crops)[1])
    np.testing.assert_array_equal(noisy.score(crops[1:])[1], noisy.score(crops)[1][1:])


def test_perturbed_engines_keep_the_model(monkeypatch):
    monkeypatch.setattr(bundle_calibration, "load_scorer", lambda options: FakeScorer(0.9))
    engines = perturbed_engines(AnalysisOptions(), kind="jpeg", level=3)
    assert engines.facts() == FakeScorer(0.9).facts("", "")
    assert engines.scorer.crop == (1.3, 64, 0)


def test_robustness_of_a_pool(tmp_path):
    pool = open_pool(make_pool(tmp_path), "val")
    scorer, told = ContrastScorer(0.2, -3.0), []
    found, trivial = pool_robustness(pool, scorer, tell=lambda: told.append(1))
    assert len(told) == faces_to_score(pool, None)
    for levels in found.values():
        assert [len(levels[kind]) for kind in (CLEAN, *PERTURBATIONS)] == [1, *[LEVELS] * len(PERTURBATIONS)]
    real, altered = (score_pool(pool, places, scorer).p_face[0] for places in (pool.video_real, pool.forged))
    assert found[ON_VIDEOS][CLEAN][0].value == pytest.approx(auc(real, altered))
    assert trivial[ON_VIDEOS]["face_size"] == 1.0  # forged ones were half as wide
    assert trivial[ON_STILLS]["face_size"] == 0.5
    assert all(0 <= value <= 1 for aucs in trivial.values() for value in aucs.values())
    table = robustness_table("x", found[ON_STILLS])
    assert [row[0] for row in table.rows] == [CLEAN, *PERTURBATIONS]
    blur = next(row for row in table.rows if row[0] == "blur")
    assert blur[-1] == "87.31"
    mean = 100 * np.mean([level.value for level in found[ON_STILLS]["blur"]])
    assert float(blur[-2]) == pytest.approx(mean, abs=0.01)


def test_robustness_of_videos_without_stills_and_of_nothing(tmp_path):
    pool = open_pool(make_pool(tmp_path), "val")
    scorer = ContrastScorer(0.2, -3.0)
    videos = Pool([record for record in pool.records if record.video], lambda place: pool._read(places[place]))
    places = [place for place, record in enumerate(pool.records) if record.video]
    assert [set(part) for part in pool_robustness(videos, scorer, limit=2)] == [{ON_VIDEOS}] * 2
    nothing = Pool([record for record in videos.records if not record.forged], videos._read)
    with pytest.raises(OptionsError, match="no altered faces"):
        pool_robustness(nothing, scorer)
    with pytest.raises(OptionsError, match="no real and forged video faces"):
        small_faces(nothing, scorer)


def test_faces_of_a_pool_are_not_ranked_by_files(tmp_path):
    arguments = ["evaluate", "--protocol", "robustness", "--data", str(make_pool(tmp_path)), "--ranking", "papers"]
    with pytest.raises(OptionsError, match="one by one"):
        CliRunner().invoke(commands, arguments, catch_exceptions=False)


def test_small_and_cut_faces_of_a_pool(tmp_path):
    pool = open_pool(make_pool(tmp_path), "val")
    scorer, told = ContrastScorer(0.2, -3.0), []
    found, trivial = small_faces(pool, scorer, limit=3, tell=lambda: told.append(1))
    assert len(told) == sum(min(3, len(places)) for places in (pool.video_real, pool.forged))
    assert [row.name for row in found][:3] == ["as they are", "eyes 40 px apart", "eyes 32 px apart"]
    assert all(0 <= share <= 1 for row in found for share in (row.auc, row.suspected, row.strong, row.caught))
    assert [row[0] for row in small_faces_table(found).rows] == [row.name for row in found]
    assert trivial["face_size"] == 1.0
    bare, _ = small_faces(pool, scorer, limit=3, calibrated=False)
    assert [row.auc for row in bare] == [row.auc for row in found]
    assert {cell for row in small_faces_table(bare).rows for cell in row[2:]} == {"–"}
    small_faces_plot(found, tmp_path / "small.png")
    width, height = Image.open(tmp_path / "small.png").size
    small_faces_plot(found[:2], tmp_path / "less.png")
    assert Image.open(tmp_path / "less.png").size[1] < height < 2 * width


def test_smaller_and_cut_crops():
    crop = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    layout = Crop(0.8, 64, 0.12)
    details = [_smaller(crop, 0, distance=d, layout=layout).std() for d in (1000, 20, 10, 5)]
    assert details == sorted(details, reverse=True)
    assert (_smaller(crop, 0, distance=1000, layout=layout) == crop).all()
    cut = _cut(crop, 0, share=0.25)
    assert (cut[:, :16] == crop[:, 31:15:-1]).all()
    assert (cut[:, 16:] == crop[:, 16:]).all()


def test_robustness_of_files_scores_every_variant(tmp_path, monkeypatch):
    variants = []

    def run(entries, options, out, workers, *, variant="", load=None):
        variants.append(variant)
        return [scored(0.9 if entry.label else 0.1) for entry in entries], None

    monkeypatch.setattr(run_files, "run_pipeline", run)
    arguments = [
        "evaluate",
        "--protocol",
        "robustness",
        "--root",
        str(_celebdf(tmp_path)),
        "--out",
        str(tmp_path / "o"),
    ]
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "o").iterdir()} >= {"protocol.json", "robustness.png"}
    assert variants == ["", *(f"{kind} {level}" for kind, level in VARIANTS)]
    assert "Robustness, AUC in %: CDF" in done.output
    assert "Trivial measurements alone, on the untouched faces: " in done.output
