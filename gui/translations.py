"""Renews the translations: finds all strings, merges them into the ``.ts`` files, and compiles what is translated.

Run by ``make translations``. Strings of the window are found by Qt's ``lupdate``; those of the core by its syntax:
``say("...")``, tables of ``Phrases``, the arguments of errors and of ``Reason``, and the nodes of the hierarchies. A
text with values in it becomes a template with numbered fields.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import PySide6

from sjedd_gui.i18n import CONTEXT, LANGUAGES, MESSAGES, TRANSLATIONS

HERE = Path(__file__).parent
PACKAGE = HERE / "sjedd_gui"
CORE = HERE.parent / "sjedd_video"
LEFT_OUT = {"report", "case_report", "parent"}
"""Parts of the core whose texts the window never shows: reports stay English."""
CALLS = {"say", "Reason"}
ERRORS = ("Error", "Crashed", "Stalled", "Died")
INTERNAL = {"ValueError", "TypeError", "RuntimeError", "KeyError", "ImportError", "AssertionError", "OSError"}
"""Errors for programmers."""
TELLING = {"catalogue", "coverage", "evidence", "header", "stability"}
"""Modules that put facts into words which others pass on: what they return, collect and list is shown."""
LEAST_LETTERS = 3
"""A template with fewer letters of its own fits too much, unless all its fields are numbers."""


class Found(NamedTuple):
    """A text of the core, and which of its fields are numbers."""

    text: str
    numbers: tuple[int, ...] = ()


def main() -> int:
    """Renew everything; 0 when it worked."""
    texts = sorted(set(core_texts()))
    MESSAGES.write_text(as_json(texts), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "core.py"
        calls = (
            f"QCoreApplication.translate({CONTEXT!r}, {text!r})\n" for text in dict.fromkeys(t.text for t in texts)
        )
        listed.write_text("".join(calls), "utf-8")
        sources = [str(path) for path in sorted(PACKAGE.rglob("*.py"))]
        for language in LANGUAGES:
            if language != "en":
                file = TRANSLATIONS / f"sjedd_{language}.ts"
                _qt("lupdate", *sources, str(listed), "-ts", str(file), "-no-obsolete", "-locations", "none",
                    "-source-language", "en", "-target-language", language)  # fmt: skip
                _qt("lrelease", str(file), "-qm", str(file.with_suffix(".qm")))
    return 0


def as_json(texts: Iterable[Found]) -> str:
    """The templates with fields, as the window reads them."""
    rows = [{"text": found.text, "numbers": list(found.numbers)} for found in texts if "{0}" in found.text]
    return json.dumps(rows, indent=0, ensure_ascii=False) + "\n"


def core_texts() -> Iterator[Found]:
    """All texts of the core, and of the processes without Qt, that the window may show."""
    for path in [*sorted(CORE.rglob("*.py")), *sorted(PACKAGE.rglob("*.py"))]:
        if not LEFT_OUT & {path.stem, path.parent.name}:
            yield from _texts_in(ast.parse(path.read_text("utf-8")), telling=path.stem in TELLING)
    for path in sorted((CORE / "data" / "hierarchies").glob("*.toml")):
        nodes = tomllib.loads(path.read_text("utf-8"))["nodes"]
        names = nodes if isinstance(nodes, dict) else [node["name"] for node in nodes]
        yield from (Found(str(name).replace("_", " ")) for name in names)


def _texts_in(module: ast.Module, *, telling: bool) -> Iterator[Found]:
    known = _assigned(module.body) | _attributes(module)
    for scope in ast.walk(module):
        if isinstance(scope, ast.FunctionDef | ast.Module):
            names = known | _assigned(ast.walk(scope)) if isinstance(scope, ast.FunctionDef) else known
            for node in _own(scope):
                for value in [*_values(node), *(_told(node) if telling else ())]:
                    yield from _texts_of(value, names)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of functions inside it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _own(child)


def _values(node: ast.AST) -> list[ast.expr]:
    """The expressions in a call that are told to the user."""
    if not isinstance(node, ast.Call):
        return []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "Phrases" and isinstance(node.args[0], ast.Dict):
        return node.args[0].values
    if name == "send":  # what a child process answers: the first argument is the kind of message
        return [keyword.value for keyword in node.keywords if keyword.arg in {"message", "advice"}]
    if name in CALLS or (name.endswith(ERRORS) and name not in INTERNAL):
        return [*node.args, *(keyword.value for keyword in node.keywords)]
    return []


def _attributes(module: ast.Module) -> dict[str, list[ast.expr]]:
    """Attribute -> what is assigned to it anywhere in a module."""
    nodes = [node for node in ast.walk(module) if isinstance(node, ast.Assign)
             and isinstance(node.targets[0], ast.Attribute)]  # fmt: skip
    return _assigned(nodes)


def _told(node: ast.AST) -> list[ast.expr]:
    """The expressions that a function of a telling module gives back or collects."""
    if isinstance(node, ast.Return) and node.value is not None:
        return [node.value]
    if isinstance(node, ast.ListComp):
        return [node.elt]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        return node.args
    if isinstance(node, ast.Tuple) and not all(isinstance(part, ast.Constant) for part in node.elts):
        return [part for part in node.elts if isinstance(part, ast.Constant | ast.JoinedStr)]
    return []


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Name -> what is assigned to it."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            pairs = (
                zip(target.elts, node.value.elts, strict=True)
                if isinstance(target, ast.Tuple)
                and isinstance(node.value, ast.Tuple)
                and len(target.elts) == len(node.value.elts)  # a starred name takes several
                else [(target, node.value)]
            )
            for name, value in pairs:
                if isinstance(name, ast.Name | ast.Attribute):
                    found.setdefault(name.id if isinstance(name, ast.Name) else name.attr, []).append(value)
    return found


def _texts_of(value: ast.expr, names: dict[str, list[ast.expr]]) -> Iterator[Found]:
    if isinstance(value, ast.Name | ast.Attribute):
        for assigned in names.get(value.id if isinstance(value, ast.Name) else value.attr, []):
            yield from _texts_of(assigned, {})
    elif isinstance(value, ast.IfExp):
        yield from _texts_of(value.body, names)
        yield from _texts_of(value.orelse, names)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        if any(letter.isalpha() for letter in value.value):
            yield Found(value.value)
    elif isinstance(value, ast.JoinedStr):
        found = _template(value)
        letters = sum(letter.isalpha() for letter in _without_fields(found.text))
        fields = sum(isinstance(part, ast.FormattedValue) for part in value.values)
        if letters >= LEAST_LETTERS or (letters and len(found.numbers) == fields):
            yield found
        for part in value.values:
            if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.IfExp | ast.Name):
                yield from _texts_of(part.value, names)


def _template(value: ast.JoinedStr) -> Found:
    text, numbers, count = "", [], 0
    for part in value.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            if isinstance(part.format_spec, ast.JoinedStr):
                numbers.append(count)
            text += f"{{{count}}}"
            count += 1
    return Found(text, tuple(numbers))


def _without_fields(text: str) -> str:
    return "".join(part.partition("}")[2] or part for part in text.split("{"))


def _qt(tool: str, *arguments: str) -> None:
    program = Path(PySide6.__file__).parent / (f"{tool}.exe" if sys.platform == "win32" else tool)
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
