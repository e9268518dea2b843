"""The case database: keyed by content and by everything that could change the answer."""

from __future__ import annotations

import pytest

from sjedd_video.errors import OutputError
from sjedd_video.options import AnalysisOptions
from sjedd_video.store import CaseStore, options_key

KEY = options_key(AnalysisOptions(), "m" * 64, "d" * 64, "1")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "case.sqlite"


def test_a_result_is_found_again_by_content_and_key(path):
    with CaseStore(path) as store:
        store.save("a.mp4", 3, "a" * 64, KEY, "judged", {"x": 0.0, "name": "é"})
    with CaseStore(path) as store:
        assert store.find("a" * 64, KEY) == {"x": 0.0, "name": "é"}
        assert store.find("b" * 64, KEY) is None
        assert store.find("a" * 64, "other") is None
        assert store.files() == {"a.mp4": ("a" * 64, "judged")}


@pytest.mark.parametrize("name", ["why?mode=memory", "case #1", "100%25", "caf\udce9"])
def test_a_path_is_not_read_as_a_url(tmp_path, name):
    with CaseStore(tmp_path / name) as store:
        store.save("a.mp4", 3, "a" * 64, KEY, "judged", {})
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_saving_again_replaces(path):
    with CaseStore(path) as store:
        store.save("a.mp4", 3, "a" * 64, KEY, "crashed", {"n": 1})
        store.save("a.mp4", 3, "a" * 64, KEY, "judged", {"n": 2})
        assert store.find("a" * 64, KEY) == {"n": 2}
        assert store.files() == {"a.mp4": ("a" * 64, "judged")}


def test_a_copy_is_linked_to_the_same_result(path):
    with CaseStore(path) as store:
        store.save("a.mp4", 3, "a" * 64, KEY, "judged", {})
        store.link("copy.mp4", 3, "a" * 64, KEY)
        assert store.files() == {"a.mp4": ("a" * 64, "judged"), "copy.mp4": ("a" * 64, "judged")}
        with pytest.raises(KeyError):
            store.link("b.mp4", 3, "b" * 64, KEY)


def test_not_a_number_never_reaches_the_database(path):
    with CaseStore(path) as store, pytest.raises(ValueError, match="JSON"):
        store.save("a.mp4", 3, "a" * 64, KEY, "judged", {"p": float("nan")})


def test_a_database_that_cannot_be_opened_is_an_output_error(tmp_path):
    with pytest.raises(OutputError):
        CaseStore(tmp_path / "missing" / "case.sqlite")
    broken = tmp_path / "case.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(OutputError):
        CaseStore(broken)


@pytest.mark.parametrize(
    "other",
    [(AnalysisOptions(min_faces=5), "m" * 64, "d" * 64, "1"), (AnalysisOptions(), "n" * 64, "d" * 64, "1"),
     (AnalysisOptions(), "m" * 64, "e" * 64, "1"), (AnalysisOptions(), "m" * 64, "d" * 64, "2")],
)  # fmt: skip
def test_whatever_could_change_the_answer_changes_the_key(other):
    assert options_key(*other) != KEY


def test_the_key_repeats():
    assert options_key(AnalysisOptions(), "m" * 64, "d" * 64, "1") == KEY
