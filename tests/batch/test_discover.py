"""Finding media by content; whatever is left out is listed with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from batch.scanning import fill, make_clips
from sjedd_batch import discover
from sjedd_batch.discover import Search, find_media
from sjedd_video.sniff import looks_like_media


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return make_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def folder(tmp_path, clips):
    return fill(tmp_path / "evidence", clips)


def look(*paths, case="case", **how):
    """Names of what is found, and reasons of what is not."""
    found = find_media(Search(paths, **how), leave_out=paths[0] / case)
    return [path.name for path in found.media], {path.name: why for path, why in found.skipped}


def test_media_is_found_by_content_or_known_by_name(folder):
    assert look(folder) == (["a.mp4", "b", "z.mov"], {"notes.txt": discover.NO_MEDIA})


def test_folders_inside_are_optional(folder):
    found, skipped = look(folder, recursive=False)
    assert found == ["a.mp4", "z.mov"]
    assert skipped["inside"] == discover.FOLDER_INSIDE


def test_the_case_itself_is_left_out(folder):
    (folder / "case" / "reports").mkdir(parents=True)
    (folder / "case" / "reports" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert look(folder) == (["a.mp4", "b", "z.mov"], {"notes.txt": discover.NO_MEDIA})


def test_patterns_choose_by_name_and_by_path(folder):
    assert look(folder, include=("*.mp4", "inside/*")) == (
        ["a.mp4", "b"], {"notes.txt": discover.NOT_INCLUDED, "z.mov": discover.NOT_INCLUDED}
    )  # fmt: skip
    found, skipped = look(folder, exclude=("inside/*",))
    assert found == ["a.mp4", "z.mov"]
    assert skipped["b"] == discover.EXCLUDED.format("inside/*")


def test_a_file_that_is_named_is_judged_whatever_it_is(folder):
    found = find_media(Search((folder / "notes.txt", folder / "a.mp4", folder)), folder / "case")
    assert [path.name for path in found.media] == ["a.mp4", "b", "notes.txt", "z.mov"]


def test_links_lead_out_of_the_folder_only_when_told(folder, tmp_path, clips):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "far.mp4").write_bytes(clips[0].read_bytes())
    (folder / "near link.mp4").symlink_to(folder / "a.mp4")
    (folder / "far link.mp4").symlink_to(outside / "far.mp4")
    (folder / "folder link").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.mp4").symlink_to(folder / "nothing")
    found, skipped = look(folder)
    assert found == ["a.mp4", "b", "near link.mp4", "z.mov"]
    assert skipped["far link.mp4"] == discover.LINK_OUT
    assert skipped["folder link"] == skipped["loop"] == discover.LINK_FOLDER
    assert skipped["dangling.mp4"] == discover.DANGLING
    found, _ = look(folder, follow_links=True)
    assert found == ["a.mp4", "far link.mp4", "far.mp4", "b", "near link.mp4", "z.mov"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.mp4")
    assert look(folder)[1]["pipe.mp4"] == discover.SPECIAL


@pytest.mark.parametrize(
    ("head", "media"),
    [(b"\xff\xd8\xff\xe0", True), (b"\x89PNG\r\n\x1a\n", True), (b"RIFF1234WEBP", True), (b"RIFF1234AVI ", True),
     (b"RIFF1234WAVE", False), (b"\x1a\x45\xdf\xa3", True), (b"0000ftypisom", True), (b"G" + b"x" * 187 + b"G", True),
     (b"Good morning", False), (b"%PDF-1.7", False), (b"", False)],
)  # fmt: skip
def test_magic_numbers(tmp_path, head, media):
    path = tmp_path / "file"
    path.write_bytes(head)
    assert looks_like_media(path) is media


def test_a_folder_that_may_not_be_read_is_listed(folder, monkeypatch):
    scan = os.scandir

    def scandir(where):
        if Path(where).name == "inside":
            raise PermissionError(13, "Permission denied", where)
        return scan(where)

    monkeypatch.setattr(os, "scandir", scandir)
    assert look(folder)[0] == ["a.mp4", "inside", "z.mov"]


def test_a_folder_that_may_not_be_searched_hides_nothing(folder, monkeypatch):
    ask = Path.stat

    def stat(path, **how):
        if path.name == "a.mp4":
            raise PermissionError(13, "Permission denied", str(path))
        return ask(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    assert look(folder, recursive=False)[0] == ["a.mp4", "z.mov"]
