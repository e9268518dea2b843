"""Layouts: tiny trees of every data set, what is missing or surprising in them, and `data check`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sjedd_training.data.commands import data as data_command
from sjedd_training.data.layouts import LAYOUTS, ffpp, read_layout
from sjedd_training.data.rows import REAL, UNKNOWN, row_labels
from sjedd_training.manifest import group_columns, read_manifest
from sjedd_video.errors import ExitCode, OptionsError, OutputError
from sjedd_video.hierarchy import load_hierarchy

METHODS = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures")


def touch(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def ffpp_tree(root: Path, train=1, val=1, test=1, methods=METHODS, compression="c23") -> Path:
    """A tree in FF++ layout with that many pairs per split."""
    numbers = iter(range(10_000))
    for split, count in (("train", train), ("val", val), ("test", test)):
        pairs = [(f"{next(numbers):03d}", f"{next(numbers):03d}") for _ in range(count)]
        root.mkdir(parents=True, exist_ok=True)
        (root / f"{split}.json").write_text(json.dumps(pairs))
        for pair in pairs:
            touch(root, *(f"original_sequences/youtube/{compression}/videos/{n}.mp4" for n in pair))
            touch(
                root,
                *(
                    f"manipulated_sequences/{m}/{compression}/videos/{a}_{b}.mp4"
                    for m in methods
                    for a, b in (pair, pair[::-1])
                ),
            )
    return root


def celebdf_tree(root: Path) -> Path:
    touch(root, "Celeb-real/id0_0000.mp4", "Celeb-real/id1_0001.mp4", "YouTube-real/00000.mp4")
    touch(root, "Celeb-synthesis/id0_id1_0000.mp4", "Celeb-synthesis/id1_id0_0001.mp4")
    lines = ["1 Celeb-real/id1_0001.mp4", "0 Celeb-synthesis/id1_id0_0001.mp4", "1 YouTube-real/00000.mp4"]
    (root / "List_of_testing_videos.txt").write_text("\n".join(lines) + "\n")
    return root


def dfdc_tree(root: Path) -> Path:
    touch(root, "videos/aa.mp4", "videos/bb.mp4", "part_0/cc.mp4", "part_0/dd.mp4")
    (root / "labels.csv").write_text("filename,label\naa.mp4,0\nbb.mp4,1\n")
    metadata = {
        "cc.mp4": {"label": "REAL", "split": "train"},
        "dd.mp4": {"label": "FAKE", "split": "train", "original": "cc.mp4"},
    }
    (root / "part_0" / "metadata.json").write_text(json.dumps(metadata))
    return root


FFSC_FILES = {
    "Train/Real/AVSpeech/_-926WzaH2A_215/0037.png": REAL,
    "Train/BlendFace/_-926WzaH2A_215_0037_by_pNqmJjTr2PA_107_0069.png": "identity",
    "Train/diffae-age/_-926WzaH2A_215/0037.png": "age",
    "Train/diffae-gender/Male/_-926WzaH2A_215_0037_Male_-0.2.png": "gender",
    "Train/fomm-expr/_-926WzaH2A_215_0037_surprised.png": "expression_surprise",
    "Train/fsgan/0H007ZkBJSs_168.766667_176.933333/0011.png": "identity",
    "Train/TPS-pose/pose/_-926WzaH2A_215_0037_pose_fr100.png": "pose",
    "Val/Real/CDF-youtube/00000/0078.png": REAL,
    "Test/Real/CDF-youtube/00001/0078.png": REAL,
    "Test/Protocol-1/FNeVR/_wKUEOeAnFI_60_0018_pose_fr15.png": "pose",
    "Test/Protocol-1/HFGI-smile/_wKUEOeAnFI_60/0018.png": "expression_smile",
}


def ffsc_tree(root: Path) -> Path:
    return touch(root, *FFSC_FILES)


def deeper_tree(root: Path) -> Path:
    ffpp_tree(root, methods=())
    return touch(root, "videos/end_to_end/004_M101.mp4", "videos/end_to_end_level_1/004_M101.mp4")


def diffusionface_tree(root: Path) -> Path:
    return touch(root, "real/a.png", "DiffSwap/a.png", "Inpaint/sd/a.png", "Text2Img/sd/a.png")


def diff_tree(root: Path) -> Path:
    return touch(root, "test/real/a.png", "test/FS/x/a.png", "test/FE/y/b.png", "val/T2I/z/b.png")


def folders_tree(root: Path) -> Path:
    return touch(root, "train/real/a.png", "train/fake/Face2Face/b.png", "val/real/c.mp4", "val/fake/d.png")


def manifest_tree(root: Path) -> Path:
    touch(root, "a.mp4", "b.mp4", "c.png", "d.png")
    (root / "manifest.csv").write_text(
        "path,label,original,person,split,group,row,eye,mouth\n"
        "a.mp4,real,,p1,train,studio,,,\n"
        "b.mp4,fake,a.mp4,p1,train,app,identity_swap,,\n"
        "c.png,fake,,p2,val,,,1,?\n"
        "d.png,1,,,,,,,\n"
    )
    return root


TREES = {
    "ffpp": ffpp_tree,
    "faceshifter": lambda root: ffpp_tree(root, methods=("FaceShifter",)),
    "celebdf": celebdf_tree,
    "deeperforensics": deeper_tree,
    "dfdc": dfdc_tree,
    "ffsc": ffsc_tree,
    "diffusionface": diffusionface_tree,
    "diff": diff_tree,
    "folders": folders_tree,
    "manifest": manifest_tree,
}


def facts(listing):
    return {item.name: (item.row, item.split) for item in listing.items}


def test_every_layout_has_a_tree_here():
    assert TREES.keys() == LAYOUTS.keys()


@pytest.mark.parametrize("name", TREES)
def test_a_layout_is_recognised_and_has_no_problems(name, tmp_path):
    root = TREES[name](tmp_path)
    listing = read_layout(None, root)
    assert listing.layout == name
    assert listing.problems == ()
    assert {REAL} < {item.row for item in listing.items}
    assert len({item.name for item in listing.items}) == len(listing.items)
    assert all(item.path.is_file() for item in listing.items)
    names = {item.name for item in listing.items if item.row == REAL}
    assert all(item.original in names for item in listing.items if item.original)


@pytest.mark.parametrize("name", TREES)
def test_a_surprising_file_is_named(name, tmp_path):
    root = TREES[name](tmp_path)
    touch(root, "unheard-of/strange.mp4", "half.mp4.part")
    problems = "\n".join(read_layout(name, root).problems)
    assert "unheard-of/strange.mp4" in problems
    assert "half.mp4.part" in problems


def test_ffpp_has_both_orders_and_the_rows_of_the_label_table(tmp_path):
    listing = read_layout("ffpp", ffpp_tree(tmp_path))
    rows = {item.group: item.row for item in listing.items}
    assert rows == {
        "original": REAL,
        "Deepfakes": "identity_swap",
        "FaceSwap": "identity_swap",
        "Face2Face": "reenactment",
        "NeuralTextures": "reenactment",
    }
    train = {item.name: item for item in listing.items if item.split == "train" and item.group == "Deepfakes"}
    folder = "manipulated_sequences/Deepfakes/c23/videos"
    assert set(train) == {f"{folder}/000_001.mp4", f"{folder}/001_000.mp4"}
    assert train[f"{folder}/001_000.mp4"].original == "original_sequences/youtube/c23/videos/001.mp4"
    assert train[f"{folder}/001_000.mp4"].person == "ffpp:001"
    assert {item.split for item in listing.items} == {"train", "val", "test"}


def test_ffpp_names_what_is_missing_and_what_is_in_no_split(tmp_path):
    root = ffpp_tree(tmp_path, train=4)
    (root / "original_sequences/youtube/c23/videos/001.mp4").unlink()
    touch(root, "original_sequences/youtube/c23/videos/999.mp4", "manipulated_sequences/Novel/c23/videos/000_001.mp4")
    for path in (root / "manipulated_sequences/FaceSwap/c23/videos").iterdir():
        path.unlink()
    problems = "\n".join(read_layout("ffpp", root).problems)
    assert "001.mp4: missing, but in the official split" in problems
    assert "999.mp4: in no official split" in problems
    assert "FaceSwap/c23/videos/: missing, with its 12 videos" in problems
    assert "Novel/c23/videos/000_001.mp4: no rule explains" in problems


def test_ffpp_options_choose_compression_and_methods(tmp_path):
    root = ffpp_tree(tmp_path, compression="c40", methods=("Deepfakes", "FaceShifter"))
    touch(root, "manipulated_sequences/Deepfakes/masks/videos/000_001.mp4")
    listing = read_layout("ffpp", root, methods="FaceShifter,Deepfakes")
    assert listing.problems == ()
    assert {item.group for item in listing.items} == {"original", "Deepfakes", "FaceShifter"}
    assert read_layout("ffpp", root, methods="Deepfakes").notes == (
        "FaceShifter is there and was not asked for (option methods).",
    )
    with pytest.raises(OptionsError, match=r"c99.*Known: c23, c40, raw"):
        read_layout("ffpp", root, compression="c99")
    with pytest.raises(OptionsError, match="'Foo' is no manipulation"):
        read_layout("ffpp", root, methods="Foo")
    with pytest.raises(OptionsError, match=r"no option 'colour'.*compression, methods"):
        read_layout("ffpp", root, colour="red")


@pytest.mark.parametrize("content", ["", "{}", '[["000"]]', '[["../x", "001"]]'])
def test_ffpp_refuses_a_broken_split(content, tmp_path):
    root = ffpp_tree(tmp_path)
    (root / "val.json").write_text(content)
    if content == "{}":
        assert any("in no official split" in problem for problem in read_layout("ffpp", root).problems)
        return
    with pytest.raises(OptionsError, match=r"val\.json"):
        read_layout("ffpp", root)
    (root / "val.json").unlink()
    with pytest.raises(OptionsError, match=r"val\.json: the official split is missing"):
        read_layout("ffpp", root)


def test_celebdf_reads_one_as_real(tmp_path):
    found = facts(read_layout("celebdf", celebdf_tree(tmp_path)))
    assert found["Celeb-real/id1_0001.mp4"] == (REAL, "test")
    assert found["Celeb-synthesis/id1_id0_0001.mp4"] == ("identity_swap", "test")
    assert found["Celeb-synthesis/id0_id1_0000.mp4"] == ("identity_swap", "train")
    listing = read_layout("celebdf", tmp_path)
    swap = next(item for item in listing.items if item.name.endswith("id0_id1_0000.mp4"))
    assert (swap.person, swap.original) == ("celebdf:id0", "Celeb-real/id0_0000.mp4")


def test_celebdf_contradictions_and_missing_videos_are_named(tmp_path):
    root = celebdf_tree(tmp_path)
    with (root / "List_of_testing_videos.txt").open("a") as file:
        file.write("0 Celeb-real/id0_0000.mp4\n1 Celeb-real/id9_0000.mp4\nnonsense\n")
    problems = "\n".join(read_layout("celebdf", root).problems)
    assert "id0_0000.mp4: List_of_testing_videos.txt says altered" in problems
    assert "id9_0000.mp4: in List_of_testing_videos.txt, but missing" in problems
    assert "nonsense" in problems


def test_dfdc_reads_both_label_files(tmp_path):
    listing = read_layout("dfdc", dfdc_tree(tmp_path))
    assert facts(listing) == {
        "videos/aa.mp4": (REAL, "test"),
        "videos/bb.mp4": (UNKNOWN, "test"),
        "part_0/cc.mp4": (REAL, "train"),
        "part_0/dd.mp4": (UNKNOWN, "train"),
    }
    forged = next(item for item in listing.items if item.name == "part_0/dd.mp4")
    assert forged.original == "part_0/cc.mp4"
    assert forged.person == next(item for item in listing.items if item.name == "part_0/cc.mp4").person


def test_dfdc_labels_cannot_point_elsewhere(tmp_path):
    root = dfdc_tree(tmp_path / "root")
    touch(tmp_path, "outside.mp4")
    with (root / "labels.csv").open("a") as file:
        file.write("../outside.mp4,1\ngone.mp4,1\naa.mp4,perhaps\n")
    listing = read_layout("dfdc", root)
    problems = "\n".join(listing.problems)
    assert "'../outside.mp4' with label '1' makes no sense" in problems
    assert "gone.mp4: has a label, but is missing" in problems
    assert "'aa.mp4' with label 'perhaps'" in problems
    assert len(listing.items) == 4


NO_LABELS = {
    "text": '{"version": "1.0"}',
    "list": "[1, 2]",
    "number": "7",
    "empty": "",
    "cut": '{"cc.mp4": {"label": "RE',
    "deep": "[" * 100_000,
    "binary": "\udcff",
}


@pytest.mark.parametrize("content", NO_LABELS.values(), ids=NO_LABELS)
def test_a_json_file_of_another_kind_is_no_dfdc(content, tmp_path):
    root = folders_tree(tmp_path / "folders")
    (root / "metadata.json").write_text(content, errors="surrogateescape")
    listing = read_layout(None, root)
    assert (listing.layout, listing.problems) == ("folders", ())
    damaged = dfdc_tree(tmp_path / "dfdc")
    (damaged / "part_0/metadata.json").write_text(content, errors="surrogateescape")
    with pytest.raises(OptionsError, match=r"part_0/metadata\.json: cannot be read as labels .*Copy it again"):
        read_layout(None, damaged)


@pytest.mark.parametrize("content", ["", "id,class\naa.mp4,1\n", f"filename,label\naa.mp4,{'1' * 200_000}\n"])
def test_a_table_of_another_kind_is_no_dfdc(content, tmp_path):
    root = folders_tree(tmp_path / "folders")
    (root / "labels.csv").write_text(content)
    assert read_layout(None, root).layout == "folders"
    damaged = dfdc_tree(tmp_path / "dfdc")
    (damaged / "labels.csv").write_text(content)
    with pytest.raises(OptionsError, match=r"labels\.csv: cannot be read as labels"):
        read_layout(None, damaged)


def test_ffsc_methods_get_their_rows(tmp_path):
    listing = read_layout("ffsc", ffsc_tree(tmp_path))
    assert {item.name: item.row for item in listing.items} == FFSC_FILES
    by_group = {item.group: item for item in listing.items if item.split == "train"}
    real = "Train/Real/AVSpeech/_-926WzaH2A_215/0037.png"
    for group in ("BlendFace", "diffae-age", "diffae-gender", "fomm-expr", "TPS-pose"):
        assert by_group[group].original == real
        assert by_group[group].person == "ffsc:_-926WzaH2A"


@pytest.mark.parametrize(
    ("method", "row"),
    [("FaceReenact", "pose"), ("FOMMPose", "pose"), ("FaceSwap2", "identity"), ("LatentAge_v2", "age"),
     ("StyleGAN2Smile", "expression_smile"), ("FaceExpr-smile", "expression_smile"), ("FaceReenact-age", "age"),
     ("Repose", UNKNOWN), ("MegaGAN", UNKNOWN)],
)  # fmt: skip
def test_ffsc_methods_may_be_written_in_capitals(method, row, tmp_path):
    listing = read_layout("ffsc", touch(ffsc_tree(tmp_path), f"Train/{method}/_-926WzaH2A_215/0037.png"))
    assert {item.group: item.row for item in listing.items}[method] == row


def test_classes_in_capitals_are_no_ffsc(tmp_path):
    touch(tmp_path, "Train/Real/a.png", "Train/FaceSwap/a.png", "Val/Real/b.png", "Test/Face2Face/c.png")
    assert read_layout(None, tmp_path).layout == "folders"


def test_ffsc_takes_no_random_letters_for_a_word(tmp_path):
    listing = read_layout("ffsc", touch(ffsc_tree(tmp_path), "Train/Mystery/xxOldPosexx/0001.png"))
    assert {item.group: item.row for item in listing.items}["Mystery"] == UNKNOWN


def test_swaps_tell_whose_face_they_show(tmp_path):
    def shown(name, root):
        listing = read_layout(name, root)
        return {item.name.rpartition("/")[2]: (item.person, item.face_of) for item in listing.items if item.face_of}

    ffpp = read_layout("ffpp", ffpp_tree(tmp_path / "ffpp"))
    found = {(i.group, i.person, i.face_of) for i in ffpp.items if i.split == "train" and i.row != REAL}
    swaps = {
        (m, f"ffpp:{a}", f"ffpp:{b}") for m in ("Deepfakes", "FaceSwap") for a, b in (("000", "001"), ("001", "000"))
    }
    assert {entry for entry in found if entry[0] in {"Deepfakes", "FaceSwap"}} == swaps
    assert {entry[2] for entry in found - swaps} == {""}  # reenactments
    assert shown("celebdf", celebdf_tree(tmp_path / "celebdf")) == {
        "id0_id1_0000.mp4": ("celebdf:id0", "celebdf:id1"),
        "id1_id0_0001.mp4": ("celebdf:id1", "celebdf:id0"),
    }
    assert shown("deeperforensics", deeper_tree(tmp_path / "deeper")) == {
        "004_M101.mp4": ("ffpp:004", "deeperforensics:M101")
    }
    assert shown("ffsc", ffsc_tree(tmp_path / "ffsc")) == {
        "_-926WzaH2A_215_0037_by_pNqmJjTr2PA_107_0069.png": ("ffsc:_-926WzaH2A", "ffsc:pNqmJjTr2PA")
    }


def test_ffsc_says_what_it_does_not_know(tmp_path):
    root = touch(ffsc_tree(tmp_path), "Train/StyleRes-expr/_-926WzaH2A_215/0037.png", "Train/Mystery/a/0001.png")
    listing = read_layout("ffsc", root)
    assert listing.problems == (
        "Mystery: nothing says which attribute it alters, so its 1 pictures count as altered and no more "
        "(option rows=Mystery:ROW).",
    )
    rows = {item.group: item.row for item in listing.items}
    assert rows["Mystery"] == UNKNOWN
    labels = dict(
        zip(load_hierarchy("ffsc").nodes, row_labels(load_hierarchy("ffsc"), rows["StyleRes-expr"]), strict=True)
    )
    assert (labels["expression"], labels["mouth"], labels["identity"], labels["eye"]) == (1, 1, 0, -1)
    told = read_layout("ffsc", root, rows="Mystery:age")
    assert {item.group: item.row for item in told.items}["Mystery"] == "age"
    assert told.problems == ()


@pytest.mark.parametrize("entry", ["Mystery:agee", "Mystery", "Mystery:", ":age"])
def test_ffsc_refuses_a_row_that_it_does_not_know(entry, tmp_path):
    root = touch(ffsc_tree(tmp_path), "Train/Mystery/a/0001.png")
    with pytest.raises(OptionsError, match=rf"rows: '{entry}' is not METHOD:ROW.*age, expression_smile"):
        read_layout("ffsc", root, rows=f"BlendFace:identity,{entry}")


def test_ffsc_names_a_method_with_a_row_and_no_pictures(tmp_path):
    root = touch(ffsc_tree(tmp_path), "Train/Mystery/a/0001.png")
    problems = "\n".join(read_layout("ffsc", root, rows="Mistery:age").problems)
    assert "Mistery: has a row (option rows), but no pictures" in problems
    assert "Mystery: nothing says which attribute it alters" in problems
    assert read_layout("ffsc", root, rows="Mystery:age, ").problems == ()


def test_deeperforensics_takes_its_reals_from_ffpp(tmp_path):
    listing = read_layout(None, deeper_tree(tmp_path / "both"))
    assert facts(listing) == {
        "videos/end_to_end/004_M101.mp4": ("identity_swap", "test"),
        "original_sequences/youtube/c23/videos/004.mp4": (REAL, "test"),
        "original_sequences/youtube/c23/videos/005.mp4": (REAL, "test"),
    }
    assert listing.notes == ("end_to_end_level_1/ is there and was not asked for (option part).",)
    alone = touch(tmp_path / "alone", "end_to_end/004_M101.mp4")
    assert "no reals; name the root of FaceForensics++" in read_layout("deeperforensics", alone).problems[0]
    named = read_layout("deeperforensics", alone, ffpp=str(ffpp_tree(tmp_path / "ffpp")))
    assert named.problems == ()
    assert {item.row for item in named.items} == {REAL, "identity_swap"}
    swap = next(item for item in named.items if item.row != REAL)
    assert swap.original == "ffpp/original_sequences/youtube/c23/videos/004.mp4"


@pytest.mark.parametrize(("name", "whole"), [("diffusionface", "Text2Img"), ("diff", "T2I")])
def test_wholly_synthesised_pictures_are_left_out_unless_asked_for(name, whole, tmp_path):
    root = TREES[name](tmp_path)
    listing = read_layout(name, root)
    assert whole not in {item.group for item in listing.items}
    assert whole in listing.notes[0]
    assert whole in {item.group for item in read_layout(name, root, whole="1").items}


def test_a_folder_per_class_may_name_manipulations(tmp_path):
    assert facts(read_layout("folders", folders_tree(tmp_path))) == {
        "train/real/a.png": (REAL, "train"),
        "train/fake/Face2Face/b.png": ("reenactment", "train"),
        "val/real/c.mp4": (REAL, "val"),
        "val/fake/d.png": (UNKNOWN, "val"),
    }


def test_a_manifest_carries_rows_and_labels_of_nodes(tmp_path):
    items = {item.name: item for item in read_layout("manifest", manifest_tree(tmp_path)).items}
    assert (items["b.mp4"].row, items["b.mp4"].original, items["b.mp4"].group) == ("identity_swap", "a.mp4", "app")
    assert (items["c.png"].row, items["c.png"].split, items["d.png"].row) == ("face=1,eye=1", "val", UNKNOWN)
    labels = dict(
        zip(load_hierarchy("ffpp").nodes, row_labels(load_hierarchy("ffpp"), items["c.png"].row), strict=True)
    )
    assert (labels["face"], labels["eye"], labels["mouth"], labels["identity"]) == (1, 1, -1, -1)


def test_a_data_set_is_written_as_a_manifest_that_says_the_same(tmp_path):
    root = ffpp_tree(tmp_path)
    arguments = ["manifest", str(root), "--out", str(root / "all.csv")]
    done = CliRunner().invoke(data_command, arguments, catch_exceptions=False)
    listing = read_layout("ffpp", root)
    altered = sum(item.row != REAL for item in listing.items)
    assert f"Wrote {len(listing.items) - altered} real and {altered} altered files" in done.output
    hierarchy = load_hierarchy("ffpp")
    again = {item.name: item for item in read_layout("manifest", root, file="all.csv").items}
    assert set(again) == {item.name for item in listing.items}
    for item in listing.items:
        found = again[item.name]
        facts = (item.group, item.split, item.person, item.original, item.face_of)
        assert (found.group, found.split, found.person, found.original, found.face_of) == facts
        np.testing.assert_array_equal(row_labels(hierarchy, found.row), row_labels(hierarchy, item.row))
    with pytest.raises(OutputError, match="already exists"):
        CliRunner().invoke(data_command, arguments, catch_exceptions=False)
    arguments[-1] = str(root / "manifest.csv")
    with pytest.raises(OptionsError, match="look like another layout"):
        CliRunner().invoke(data_command, arguments, catch_exceptions=False)


def test_a_manifest_of_ffsc_has_its_nodes_and_tells_problems(tmp_path):
    root, out = ffsc_tree(tmp_path / "ffsc"), tmp_path / "list.csv"
    touch(root, "Train/Mystery/a.png")
    done = CliRunner().invoke(data_command, ["manifest", str(root), "--out", str(out)], catch_exceptions=False)
    aged = next(entry for entry in read_manifest(out) if "diffae-age" in entry.name)
    assert (aged.node_label("age"), aged.node_label("face")) == (1, 1)
    assert "Mystery" in done.stderr
    assert group_columns(read_manifest(out), ("face",)) == ("group",)


def test_a_manifest_elsewhere_holds_some_of_a_split(tmp_path):
    root, out = ffpp_tree(tmp_path / "root", val=4), tmp_path / "lists" / "val.csv"
    (tmp_path / "far" / "away").mkdir(parents=True)
    out.parent.symlink_to(tmp_path / "far" / "away")  # paths that climb go by where a folder really is
    arguments = ["manifest", str(root), "--split", "val", "--limit", "1", "--out", str(out)]
    CliRunner().invoke(data_command, arguments, catch_exceptions=False)
    entries = read_manifest(out)
    assert sorted({entry.group for entry in entries}) == sorted(entry.group for entry in entries)
    assert {entry.fields["split"] for entry in entries} == {"val"}
    assert all(entry.path.is_file() for entry in entries)
    assert all(entry.fields["original"] for entry in entries if entry.label)  # also of originals that were not drawn
    swap = next(entry for entry in entries if entry.group == "Face2Face")
    assert (swap.label, swap.node_label("face"), swap.node_label("identity")) == (1, 1, 0)


def test_a_manifest_cannot_lead_out_of_the_root(tmp_path):
    root = manifest_tree(tmp_path / "root")
    touch(tmp_path, "outside.mp4")
    with (root / "manifest.csv").open("a") as file:
        file.write(f"../outside.mp4,real,,,,,,,\n{tmp_path / 'outside.mp4'},real,,,,,,,\ngone.mp4,real,,,,,,,\n")
    listing = read_layout("manifest", root)
    assert len(listing.items) == 4
    assert sum("outside the root" in problem for problem in listing.problems) == 2
    assert any("gone.mp4: in the manifest, but missing" in problem for problem in listing.problems)


def test_links_are_not_followed_out_of_the_root(tmp_path):
    root = folders_tree(tmp_path / "root")
    touch(tmp_path, "elsewhere/real/x.png", "elsewhere/y.png")
    (root / "train/real/link.png").symlink_to(tmp_path / "elsewhere/y.png")
    (root / "train/real/inside.png").symlink_to(root / "train/real/a.png")
    (root / "val/fake/linked").symlink_to(tmp_path / "elsewhere/real")
    listing = read_layout("folders", root)
    assert {"train/real/a.png", "train/real/inside.png"} < {item.name for item in listing.items}
    assert not any("link.png" in item.name or "linked" in item.name for item in listing.items)
    problems = "\n".join(listing.problems)
    assert "train/real/link.png: a link out of the root" in problems
    assert "val/fake/linked: a link to a folder" in problems


def test_unknown_and_ambiguous_trees_ask_for_a_layout(tmp_path):
    touch(tmp_path / "strange", "a/b.png")
    with pytest.raises(OptionsError, match=r"no known layout.*--layout: celebdf"):
        read_layout(None, tmp_path / "strange")
    both = celebdf_tree(ffpp_tree(tmp_path / "both"))
    with pytest.raises(OptionsError, match=r"several layouts.*celebdf, ffpp"):
        read_layout(None, both)
    with pytest.raises(OptionsError, match="no layout 'ffp'"):
        read_layout("ffp", both)
    with pytest.raises(OptionsError, match="no such folder"):
        read_layout(None, tmp_path / "nowhere")


def test_rows_of_another_hierarchy_say_altered_and_no_more():
    ffpp = load_hierarchy("ffpp")
    np.testing.assert_array_equal(row_labels(ffpp, "gender"), ffpp.labels[UNKNOWN])
    np.testing.assert_array_equal(row_labels(ffpp, "face=1,pose=1"), ffpp.labels[UNKNOWN])
    np.testing.assert_array_equal(row_labels(ffpp, "eye"), ffpp.labels["eye"])
    with pytest.raises(OptionsError, match="eye=2"):
        row_labels(ffpp, "face=1,eye=2")


def test_check_prints_counts_beside_the_published_ones(tmp_path):
    root = ffpp_tree(tmp_path / "whole", train=360, val=70, test=70, methods=("Deepfakes",))
    arguments = ["check", str(root), "--layout", "ffpp", "--set", "methods=Deepfakes"]
    result = CliRunner().invoke(data_command, arguments)
    assert result.exit_code == ExitCode.OK, result.output
    assert "train  Deepfakes  720  720" in _squeezed(result.output)
    assert result.output.endswith("\nComplete.\n")
    (root / "manipulated_sequences/Deepfakes/c23/videos/000_001.mp4").unlink()
    result = CliRunner().invoke(data_command, [*arguments, "--json"])
    assert result.exit_code == ExitCode.UNREADABLE
    told = json.loads(result.output)
    assert (told["complete"], told["compared"]) == (False, True)
    assert {"split": "train", "group": "Deepfakes", "files": 719, "published": 720} in told["counts"]
    assert "000_001.mp4: missing" in told["problems"][0]


@pytest.mark.parametrize("name", ["ffsc", "diffusionface", "diff", "folders", "manifest"])
def test_check_invents_no_numbers(name, tmp_path):
    root = TREES[name](tmp_path)
    result = CliRunner().invoke(data_command, ["check", str(root)])
    assert result.exit_code == ExitCode.OK
    assert "not stated here" in result.output
    assert f"Layout: {name}\n" in result.output
    assert "Complete." not in result.output
    text = "Nothing is missing or surprising; no published counts are known here to compare with.\n"
    assert result.output.endswith(text)
    told = json.loads(CliRunner().invoke(data_command, ["check", str(root), "--json"]).output)
    assert (told["complete"], told["compared"]) == (True, False)


def test_check_says_when_only_some_numbers_are_known(tmp_path, monkeypatch):
    monkeypatch.setitem(ffpp.PUBLISHED, "test", 2)
    root = touch(deeper_tree(tmp_path), "lists/splits/test.txt")
    (root / "lists/splits/test.txt").write_text("004_M101.mp4")
    result = CliRunner().invoke(data_command, ["check", str(root)])
    assert result.exit_code == ExitCode.OK, result.output
    assert "no published counts of some groups are known here" in result.output


def test_the_official_list_divides_the_published_counts_of_celebdf(tmp_path):
    published = read_layout("celebdf", celebdf_tree(tmp_path)).published
    assert (published["test", "Celeb-real"], published["train", "Celeb-real"]) == (1, 589)
    assert sum(published.values()) == 590 + 300 + 5639


def test_a_part_of_dfdc_is_compared_with_what_its_splits_have(tmp_path):
    result = CliRunner().invoke(data_command, ["check", str(dfdc_tree(tmp_path))])
    assert result.exit_code == ExitCode.UNREADABLE
    shown = _squeezed(result.output)
    assert "train  real  1  19154" in shown
    assert "test  fake  1  2500" in shown
    assert "val  real" not in shown
    assert "Note: 2 of the 119,154 training videos are here, which come in 50 parts." in result.output
    assert "Problem" not in result.output


def test_the_lists_of_deeperforensics_divide_its_published_count(tmp_path):
    root = deeper_tree(tmp_path)
    original = {("test", "original"): 140}
    assert read_layout("deeperforensics", root).published == {**original, ("test", "end_to_end"): 1000}
    names = [f"{number:03d}_M101" for number in range(1000)]
    splits = {"train": names[:703], "val": names[703:799], "test": names[799:]}
    for split, listed in splits.items():
        touch(root, f"lists/splits/{split}.txt")
        (root / f"lists/splits/{split}.txt").write_text("\n".join(f"{name}.mp4" for name in listed))
    parts = {(split, "end_to_end"): len(listed) for split, listed in splits.items()}
    assert read_layout("deeperforensics", root).published == {**original, **parts}
    (root / "lists/splits/val.txt").unlink()
    assert read_layout("deeperforensics", root).published == original


def _squeezed(text: str) -> str:
    return "\n".join("  ".join(line.split()) for line in text.splitlines())
