"""The language of the window: Qt's translations, its own, and those of the sentences that the core writes.

The core knows no Qt: findings are looked up by ``sjedd_video.words``, for which this module installs a translation.
Errors and measured facts arrive ready-made from other processes and stored results. Their templates are listed in
``resources/core_messages.json`` (renewed by ``make translations``); a text that fits one is put together again from
the translated template.
"""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from sjedd_video import words

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Codes, and what each language calls itself."""
RESOURCES = Path(__file__).parent / "resources"
TRANSLATIONS = RESOURCES / "translations"
MESSAGES = RESOURCES / "core_messages.json"
CONTEXT = "core"
"""Context of the core's sentences in the ``.ts`` files."""
FIELD = re.compile(r"\{(\d+)\}")
NUMBER = r"[-+\d.,%]+"
MOST_NESTED = 4


class CoreWords:
    """Translates texts of the core, whole or as filled-in templates; what it does not know it gives back."""

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str, list[int]]]:
        """Pattern, template and order of its fields; those with most fixed text first."""
        listed = json.loads(MESSAGES.read_text("utf-8"))
        listed.sort(key=lambda entry: -len(FIELD.sub("", entry["text"])))
        return [(_pattern(entry["text"], set(entry["numbers"])), entry["text"],
                 [int(number) for number in FIELD.findall(entry["text"])]) for entry in listed]  # fmt: skip

    def __call__(self, text: str) -> str:
        """The text in the language of the window."""
        return _cached(self, text, MOST_NESTED)

    def say(self, text: str, depth: int) -> str:
        """``__call__`` without memory; ``depth`` bounds how deep values are translated themselves."""
        known = self._whole(text, depth)
        if known == text and text and not text.endswith("."):  # some are shown without their full stop
            known = self._whole(f"{text}.", depth).removesuffix(".")
        if known == text and ". " in text and depth:
            sentences = text.replace(". ", ".\n").split("\n")
            known = " ".join(_cached(self, sentence, depth - 1) for sentence in sentences)
        return known

    def _whole(self, text: str, depth: int) -> str:
        whole = QCoreApplication.translate(CONTEXT, text)
        if whole != text or depth == 0 or not text:
            return whole
        for pattern, template, order in self._templates:
            found = pattern.fullmatch(text)
            translated = QCoreApplication.translate(CONTEXT, template) if found else template
            if found is not None and translated != template:
                values = dict(zip(order, found.groups(), strict=True))
                return FIELD.sub(lambda m, v=values: _cached(self, v[int(m[1])], depth - 1), translated)  # type: ignore[misc]
        return text


@lru_cache(maxsize=4096)
def _cached(core: CoreWords, text: str, depth: int) -> str:
    return core.say(text, depth)


def _pattern(template: str, numbers: set[int]) -> re.Pattern[str]:
    parts = FIELD.split(template)  # text, field, text, field, ..., text
    return re.compile(
        "".join(
            (f"({NUMBER})" if int(part) in numbers else "(.+?)") if i % 2 else re.escape(part)
            for i, part in enumerate(parts)
        ),
        re.DOTALL,
    )


core_words = CoreWords()


def core_text(text: str) -> str:
    """A text of the core that was written elsewhere (an error, a stored fact) in the language of the window."""
    return words.say(text)


def language_of(chosen: str) -> str:
    """The code of the language to show: the chosen one, else that of the system, else English."""
    wanted = [chosen] if chosen else [name.replace("_", "-").split("-")[0] for name in QLocale.system().uiLanguages()]
    return next((code for code in wanted if code in LANGUAGES), "en")


def install(app: QCoreApplication, chosen: str) -> str:
    """Translate everything that is made from now on; the code of the language.

    Args:
        app: The application; owns the translations.
        chosen: Code of a language, empty for that of the system.
    """
    code = language_of(chosen)
    QLocale.setDefault(QLocale(code) if chosen else QLocale.system())
    uninstall(app)
    if code == "en":
        return code
    places = (TRANSLATIONS / f"sjedd_{code}.qm", Path(_qt_folder()) / f"qtbase_{code}.qm")
    for place in places:
        translator = QTranslator(app)
        if translator.load(str(place)):
            app.installTranslator(translator)
    _cached.cache_clear()
    words.install(core_words)
    return code


def uninstall(app: QCoreApplication) -> None:
    """Back to English."""
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.deleteLater()
    _cached.cache_clear()
    words.install(None)


def _qt_folder() -> str:
    return QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
