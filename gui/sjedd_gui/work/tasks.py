"""Small jobs beside the analysis, in a process of their own: models, the example, pages of a report. Without Qt.

The arguments come as one JSON text on the command line; the answers are JSON messages, one a line, on standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sjedd_video.errors import ModelError, OutputError, SjeddError
from sjedd_video.progress import Progress

FLAG = "--sjedd-gui-task"
"""First argument of a frozen application that is to act as this process."""
DEFECT_ADVICE = "This is a defect of the program. Please report it with the details below."
PAGE_DPI = 110


def make_example(progress: Progress, *, target: str) -> str:
    """Make the built-in example; its path."""
    from sjedd_gui.work.example import make_example as make

    make(Path(target), progress)
    return target


def list_models(_progress: Progress) -> list[dict[str, Any]]:
    """All bundles, see ``sjedd_video.model.catalogue.Listed``."""
    from sjedd_video.model.catalogue import list_bundles

    return [asdict(found) for found in list_bundles()]


def read_card(_progress: Progress, *, model: str) -> list[tuple[str, str]]:
    """The card of a model as names and values."""
    from sjedd_video.model.bundle import load_bundle
    from sjedd_video.model.catalogue import card_facts

    return list(card_facts(load_bundle(model)))


def verify_model(progress: Progress, *, model: str) -> dict[str, Any]:
    """Proof that a model is intact, see ``sjedd_video.model.catalogue.Check``."""
    from sjedd_video.model.bundle import load_bundle
    from sjedd_video.model.catalogue import check_bundle

    return asdict(check_bundle(load_bundle(model), told=progress))


def import_model(progress: Progress, *, path: str, overwrite: bool = False) -> dict[str, Any]:
    """Take a model in from a file; it as listed, and what in the file was ignored."""
    from sjedd_video.model.bundle import SUFFIX, user_folder
    from sjedd_video.model.catalogue import describe, import_any, name_from

    source = Path(path)
    name = name_from(source)
    target = user_folder() / f"{name}{SUFFIX}"
    bundle, ignored = import_any(source, target, name=name, overwrite=overwrite, told=progress)
    return {"model": asdict(describe(bundle, name)), "ignored": list(ignored)}


def remove_model(_progress: Progress, *, path: str) -> str:
    """Delete an imported model."""
    from sjedd_video.model.bundle import user_folder
    from sjedd_video.model.container import remove

    if Path(path).parent != user_folder():
        raise ModelError(f"{path} is not in the folder of imported models.", "Delete it where it is.")
    try:
        remove(Path(path))
    except OSError as error:
        raise OutputError(f"{path} cannot be deleted: {error.strerror or error}.", "Close what uses it.") from error
    return path


def draw_pages(progress: Progress, *, pdf: str, folder: str, dpi: int = PAGE_DPI) -> list[str]:
    """Draw every page of a PDF as PNG into ``folder``; their paths in order."""
    import pypdfium2

    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for i, page in enumerate(document):
            path = page_path(Path(folder), i + 1)
            page.render(scale=dpi / 72).to_pil().save(path, compress_level=1)
            page.close()
            pages.append(str(path))
            progress("pages", i + 1, len(document))
    return pages


def page_path(folder: Path, number: int) -> Path:
    """Where ``draw_pages`` puts a page, counted from 1."""
    return folder / f"page-{number:03d}.png"


TASKS: dict[str, Callable[..., Any]] = {
    "example": make_example, "models": list_models, "card": read_card, "verify": verify_model, "import": import_model,
    "remove": remove_model, "pages": draw_pages,
}  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Do one task. ``arguments``: its name, and what it needs as JSON."""
    from sjedd_video.parent import end_with_parent

    name, values = (arguments or sys.argv[1:])[-2:]
    messages = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints to standard output must not break the protocol
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what is half done is tidied up on the way out
    end_with_parent()

    def send(kind: str, **told: Any) -> None:
        messages.write(json.dumps({"type": kind, **told}) + "\n")
        messages.flush()

    try:
        value = TASKS[name](
            lambda stage, done, total: send("progress", stage=stage, done=done, total=total), **json.loads(values)
        )
        send("done", value=value)
    except SjeddError as error:
        send("failed", message=error.message, advice=error.advice, details="")
    except Exception as error:
        message = "The program failed: " + "".join(traceback.format_exception_only(error)).strip()
        send("failed", message=message, advice=DEFECT_ADVICE, details=traceback.format_exc())


if __name__ == "__main__":
    main()
