"""The environment in which the window starts its own processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from PySide6.QtCore import QProcessEnvironment


def own_environment(more: Mapping[str, str] | None = None) -> QProcessEnvironment:
    """That of the window, with its search path for modules, and ``more`` variables."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    for name, value in (more or {}).items():
        environment.insert(name, value)
    return environment
