"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

DEVICE = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where it runs; auto takes a GPU if there is one.",
)
SET = click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change one value of the recipe, e.g. fit.steps=200."
)


def data_option(text: str = "", **more: Any) -> Callable[[Command], Command]:
    """``--data``: a folder of faces, or what ``SJEDD_DATA`` says."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="SJEDD_DATA",
        show_envvar=True,
        help=text or "Faces to train on or to measure: an extracted folder, or one with faces/ and dfdc/.",
        **more,
    )


DATA = data_option(required=True)
