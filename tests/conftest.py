"""Shared set-up: tests that need what this machine lacks are left out, and the summary says why."""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def research_data() -> Path:
    """Folder of the research data, which may not exist."""
    named = os.environ.get("SJEDD_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def qt_problem() -> str:
    """Why Qt cannot be used here (not installed, or a system library is missing), or an empty string."""
    try:
        for module in ("QtTest", "QtWidgets"):
            import_module(f"PySide6.{module}")
    except ImportError as error:
        return str(error)
    return ""


QT_PROBLEM = qt_problem()
collect_ignore_glob = ["gui/*"] if QT_PROBLEM else []


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Where Qt cannot be loaded, pytest-qt would end the whole run with an internal error."""
    if QT_PROBLEM and getattr(plugin, "__name__", "") == "pytestqt.plugin":
        manager.unregister(plugin)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = {}
    if not (research_data() / "clips").is_dir():
        lacking["data"] = f"research data not found at {research_data()} (set SJEDD_DATA)"
    if missing := [name for name in ("torch", "open_clip", "timm") if find_spec(name) is None]:
        lacking["torch"] = f"the [torch] extra is not installed: no {', '.join(missing)}"
    for item in items:
        for marker, reason in lacking.items():
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if QT_PROBLEM:
        terminalreporter.write_line(f"LEFT OUT tests/gui: {QT_PROBLEM}")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the research data; for tests marked ``data``."""
    return research_data()
