"""Folders are searched by content, without following links away, and can be stopped."""

from pathlib import Path

import pytest

from sjedd_gui.work.search import find_media
from sjedd_video.progress import CancelToken

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "films"
    (folder / "inner").mkdir(parents=True)
    for name, content in {"b.MP4": b"damaged", "a": PNG, "notes.txt": b"notes", "inner/c.xyz": PNG}.items():
        (folder / name).write_bytes(content)
    return folder


def names(found, folder):
    return [path.relative_to(folder).as_posix() for path in found]


def test_media_are_known_by_content_and_named_files_are_taken_as_they_are(folder):
    told = []
    found = find_media([folder, folder / "notes.txt"], told.append, CancelToken())
    assert names(found, folder) == ["a", "b.MP4", "inner/c.xyz", "notes.txt"]
    assert told == [1, 2, 3, 4]


def test_links_do_not_lead_out_of_the_folder(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.mp4").write_bytes(b"x")
    (folder / "away").symlink_to(tmp_path / "outside")
    (folder / "file.mp4").symlink_to(tmp_path / "outside" / "x.mp4")
    (folder / "loop").symlink_to(folder)
    (folder / "again.mp4").symlink_to(folder / "b.MP4")
    assert names(find_media([folder], lambda _: None, CancelToken()), folder) == [
        "a", "again.mp4", "b.MP4", "inner/c.xyz"]  # fmt: skip


def test_a_stopped_search_gives_what_it_found(folder):
    cancel = CancelToken()
    found = find_media([folder], lambda count: cancel.cancel() if count == 2 else None, cancel)
    assert names(found, folder) == ["a", "b.MP4"]


def test_paths_become_absolute(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert find_media([Path("notes.txt")], lambda _: None, CancelToken()) == [folder / "notes.txt"]
