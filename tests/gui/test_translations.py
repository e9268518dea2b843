"""Every string of the window is translated, placeholders and all, and findings speak the language of the window."""

import importlib.util
import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QLabel

from gui_kit import analyse, check_mnemonics, choose, findings, message
from results_factory import ALL, judged
from sjedd_gui import i18n
from sjedd_video import explain, words
from sjedd_video.reasons import NEXT_STEP, REASON_TEXT
from sjedd_video.types import Reason, ReasonCode

GUI = Path(__file__).resolve().parents[2] / "gui"
LANGUAGES = [code for code in i18n.LANGUAGES if code != "en"]
FIELD = re.compile(r"\{[^{}]*\}")
ENGLISH = re.compile(r"\b(the|of|and|were|with|not|this|that|face|altered|support|file|frames?)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def tool():
    """The script behind ``make translations``."""
    spec = importlib.util.spec_from_file_location("translations", GUI / "translations.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module  # dataclasses and named tuples look themselves up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["translations"]


@pytest.fixture
def german(qapp):
    i18n.install(qapp, "de")
    yield
    i18n.uninstall(qapp)


def entries(path: Path) -> dict[tuple[str, str], ElementTree.Element]:
    """Context and source -> translation of a ``.ts`` file."""
    return {
        (context.findtext("name"), message.findtext("source")): message.find("translation")
        for context in ElementTree.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


@pytest.mark.parametrize("language", LANGUAGES)
class TestFiles:
    def test_nothing_is_unfinished(self, language):
        found = entries(i18n.TRANSLATIONS / f"sjedd_{language}.ts")
        open_ = [key for key, value in found.items() if value.get("type") is not None or not (value.text or "").strip()]
        assert len(found) > 400
        assert open_ == [], "translate these in Qt Linguist, then run `make translations`"

    def test_placeholders_are_the_same(self, language):
        for (context, source), value in entries(i18n.TRANSLATIONS / f"sjedd_{language}.ts").items():
            assert sorted(FIELD.findall(source)) == sorted(FIELD.findall(value.text or "")), (context, source)

    def test_mnemonics_are_kept(self, language):
        for (context, source), value in entries(i18n.TRANSLATIONS / f"sjedd_{language}.ts").items():
            if "&" in source.replace("&&", ""):
                assert (value.text or "").replace("&&", "").count("&") == 1, (context, source)

    def test_no_string_of_the_source_is_missing(self, language, tool, tmp_path, monkeypatch):
        committed = i18n.TRANSLATIONS / f"sjedd_{language}.ts"
        (tmp_path / committed.name).write_bytes(committed.read_bytes())
        monkeypatch.setattr(tool, "TRANSLATIONS", tmp_path)
        monkeypatch.setattr(tool, "MESSAGES", tmp_path / "core_messages.json")
        tool.main()
        assert set(entries(tmp_path / committed.name)) == set(entries(committed)), "run `make translations`"
        assert json.loads((tmp_path / "core_messages.json").read_text("utf-8")) == json.loads(
            i18n.MESSAGES.read_text("utf-8")
        )

    def test_the_compiled_file_is_that_of_the_source(self, language, qapp):
        translator = QTranslator()
        assert translator.load(str(i18n.TRANSLATIONS / f"sjedd_{language}.qm"))
        for (context, source), value in entries(i18n.TRANSLATIONS / f"sjedd_{language}.ts").items():
            assert translator.translate(context, source) == value.text, (context, source)


class TestCoreWords:
    def test_without_a_front_end_it_is_english(self):
        assert explain.headline(judged()) == "Very strong support for alteration of the face of person 2"

    def test_a_finding_is_a_german_sentence(self, german):
        result = judged()
        assert explain.headline(result) == (
            "Sehr starke Stützung der Annahme, dass das Gesicht von Person 2 verändert wurde"
        )
        text = explain.sentence(result)
        assert re.search(r"von Person 2 zwischen [\d:.]+ und [\d:.]+.* verändert wurde; gegenüber dem Ausgang", text)
        assert "Lippe und Mund" in text

    @pytest.mark.parametrize("make", ALL.values(), ids=ALL)
    def test_no_outcome_leaves_english_behind(self, german, make):
        result = make()
        texts = [explain.headline(result), explain.sentence(result), *map(explain.reason_text, result.reasons)]
        texts += [explain.reason_text(reason) for person in result.people for reason in person.reasons]
        left = [text for text in texts if ENGLISH.search(text)]
        assert left in ([], [text for text in left if "the file is plain text" in text])  # made up by the test

    def test_a_comment_on_a_band_can_be_told_apart(self, german):
        for band, text in explain.BAND_TEXT.items():
            assert (explain.COMMENT in text) is (explain.COMMENT in explain.BAND_TEXT.english[band])

    @pytest.mark.parametrize("code", list(ReasonCode))
    def test_every_reason_is_translated(self, german, code):
        assert REASON_TEXT[code] != REASON_TEXT.english[code]
        assert NEXT_STEP[code] != NEXT_STEP.english[code]

    @pytest.mark.parametrize(
        ("english", "expected"),
        [
            ("person 2: 2 usable of 9 faces, 4 needed", "Person 2: 2 von 9 Gesichtern verwendbar, nötig sind 4"),
            ("person 1: 12% to 87%", "Person 1: 12% bis 87%"),
            ("3 of 9 faces (and 2 more)", "3 von 9 Gesichtern (und 2 weitere)"),
            ("people 2, 3 not assessed", "Personen 2, 3 nicht beurteilt"),
            ("person 1: 91% becomes 30% after JPEG quality 50",
             "Person 1: aus 91% wird 30% nach JPEG mit Qualität 50"),
            ("/a/b.sjedd: weights.safetensors is damaged or altered: SHA-256 ab, not cd.",
             "/a/b.sjedd: weights.safetensors ist beschädigt oder verändert: SHA-256 ab, nicht cd."),
            ("7 of 9 frames cannot be read. The file is damaged (x); frames may be missing.",
             "7 von 9 Einzelbildern können nicht gelesen werden. "
             "Die Datei ist beschädigt (x); vielleicht fehlen Einzelbilder."),
            ("no face in 32 examined frames", "kein Gesicht in 32 untersuchten Einzelbildern"),
        ],
    )  # fmt: skip
    def test_facts_that_were_stored_in_english_are_translated(self, german, english, expected):
        assert words.say(english) == expected
        assert explain.detail_text(Reason(ReasonCode.TOO_FEW_FACES, english)) == expected.rstrip(".")

    def test_what_is_not_known_stays_as_it_is(self, german):
        for text in ("", "x", "Minister to go.", "C:\\to\\file.mp4", "12 to nobody"):
            assert words.say(text) == text

    def test_a_block_speaks_another_language_than_the_rest(self):
        with words.spoken(str.upper):
            assert words.say("skin") == "SKIN"
        assert words.say("skin") == "skin"


class TestWindow:
    def test_it_shows_no_english_sentence(self, qtbot, german, files, request):
        window = request.getfixturevalue("window")  # made after the language was set
        assert "Videos hier ablegen" in message(window)
        check_mnemonics(window)
        items = analyse(qtbot, window, files("good", "inconclusive", "model"))
        choose(qtbot, window, items[1])
        qtbot.waitUntil(lambda: "Nicht entscheidbar" in findings(window), timeout=10_000)
        choose(qtbot, window, items[0])
        qtbot.waitUntil(lambda: "Sehr starke Stützung" in findings(window), timeout=10_000)
        qtbot.wait(300)
        texts = [label.text() for label in window.findChildren(QLabel) if label.text()]
        texts += [action.text() for _, action in window.menus.all_actions()]
        assert [text for text in texts if len(text.split()) > 2 and ENGLISH.search(text)] == []

    def test_the_language_is_remembered_for_the_next_start(self, window):
        window.menus.actions["language-de"].trigger()
        assert window.settings.language == "de"
        assert "next" in window.notice.words.text() or "start" in window.notice.words.text()
        assert i18n.language_of(window.settings.language) == "de"

    def test_the_language_of_the_system_is_the_default(self, monkeypatch):
        class System:
            def uiLanguages(self):  # noqa: N802 - Qt's name
                return ["fr-FR", "de-AT", "en"]

        monkeypatch.setattr(i18n.QLocale, "system", System)
        assert i18n.language_of("") == "de"
        assert i18n.language_of("en") == "en"
        assert i18n.language_of("tlh") == "en"


def test_a_new_string_is_found_by_the_tool(tool, tmp_path):
    source = tmp_path / "core.py"
    source.write_text(
        "def f(path):\n"
        "    advice = 'Do this.'\n"
        "    raise ModelError(f'{path}: {1 + 1:.0f} is wrong.', advice)\n"
        "def g():\n    raise ValueError('for programmers')\n"
    )
    import ast

    found = set(tool._texts_in(ast.parse(source.read_text()), telling=False))
    assert {text.text for text in found} == {"Do this.", "{0}: {1} is wrong."}
    assert next(text.numbers for text in found if "wrong" in text.text) == (1,)
