"""The results of a case for spreadsheets and programs, a few held in memory at a time."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from sjedd_batch.summary import COLUMNS, NUMBERS, row_of_entry, values, write_rows
from sjedd_video.case_remarks import CaseRemarks
from sjedd_video.errors import OptionsError, OutputError
from sjedd_video.report.files import encodable, written
from sjedd_video.report.rows import Row
from sjedd_video.store import CaseStore

GROUP = 5000
"""Rows of one group of a Parquet file."""


def export_case(store: CaseStore, kind: str, target: Path | None) -> None:
    """Write every file of a case.

    Args:
        store: The case.
        kind: ``csv`` or ``parquet`` for the rows of the summary, ``jsonl`` for the whole reports.
        target: A file, which appears whole or not at all; None for standard output (not for Parquet).

    Raises:
        OptionsError: Parquet without a file, or without its library.
        OutputError: It cannot be written.
    """
    writer = {"csv": _csv, "jsonl": _json_lines, "parquet": _parquet}[kind]
    if kind == "parquet" and target is None:
        raise OptionsError("Parquet goes into a file only.", "Name one with --output.")
    with _opened(target) as file:
        writer(store, file)


@contextmanager
def _opened(target: Path | None) -> Iterator[BinaryIO]:
    if target is not None:
        with written(target) as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The reader has enough. What is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise OutputError(f"The output cannot be written: {error.strerror}.") from error


def _rows(store: CaseStore) -> Iterator[Row]:
    return (row_of_entry(entry) for entry in store.entries())


def _csv(store: CaseStore, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    write_rows(_rows(store), text)
    text.flush()
    text.detach()


def _json_lines(store: CaseStore, file: BinaryIO) -> None:
    remarks = CaseRemarks(store)
    for entry in store.entries():
        row = values(row_of_entry(entry))
        line = {"path": row["path"], "path_bytes": row["path_bytes"], "copy_of": row["copy_of"]}
        line["result"] = remarks.document(entry.path)  # type: ignore[assignment]
        file.write(json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n")


def _parquet(store: CaseStore, file: BinaryIO) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise OptionsError("Parquet needs pyarrow.", "pip install 'sjedd-video[parquet]'") from error
    types: dict[type | None, Any] = {None: pa.string(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, types[NUMBERS.get(name)]) for name in COLUMNS])
    rows = _rows(store)
    with parquet.ParquetWriter(file, schema) as writer:
        while group := [_columns(row) for row in islice(rows, GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema))


def _columns(row: Row) -> dict[str, Any]:
    return {name: encodable(value) if isinstance(value, str) else value for name, value in values(row).items()}
