"""Run the product's own pipeline over many files, resumably and, if asked, in several processes."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import sjedd_video
from sjedd_training.scores import Cache, FileScore, file_score
from sjedd_video.engines import Engines
from sjedd_video.errors import SjeddError
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import ModelFacts, Outcome, ReasonCode

Loader = Callable[[AnalysisOptions], Engines]
"""Makes the engines; a function of a module, or a partial of one, so that worker processes can be handed it."""
Report = Callable[[int, FileScore], None]
"""Told the place of a file in the list and its result, in the order they come."""


def score_files(
    paths: Sequence[Path],
    options: AnalysisOptions,
    *,
    load: Loader | None = None,
    variant: str = "",
    workers: int = 1,
    cache: Path | None = None,
    report: Report = lambda place, score: None,
) -> tuple[list[FileScore], ModelFacts]:
    """Analyse every file; whatever a file does becomes its outcome.

    Args:
        paths: Videos or pictures.
        options: How to analyse them.
        load: Makes the engines; the product's own by default.
        variant: What ``load`` changes beyond the model itself; results of different variants are cached apart.
        workers: Processes; 1 works in this one.
        cache: Folder of results to take up again.
        report: Told of each result.

    Returns:
        The results in the order of ``paths``, and the model's facts.

    Raises:
        SjeddError: The model cannot be loaded or run.
    """
    load = load or Engines.load
    ready = load(options)
    model = ready.facts()
    kept = None if cache is None else Cache(cache, _key(model, options, variant))
    scores = {place: score for place, path in enumerate(paths) if kept and (score := kept.get(path)) is not None}
    for place in sorted(scores):
        report(place, scores[place])
    todo = [(place, path) for place, path in enumerate(paths) if place not in scores]
    many = _in_processes(todo, options, load, workers) if workers > 1 else _here(todo, options, ready)
    for place, score in many:
        scores[place] = score
        if kept is not None:
            kept.put(paths[place], score)
        report(place, score)
    return [scores[place] for place in range(len(paths))], model


def _key(model: ModelFacts, options: AnalysisOptions, variant: str) -> dict[str, Any]:
    # The version stands for tracking, quality rules and the stability check. The model's hash covers its card and
    # weights; the logistic is named for engines that bring their own.
    return {
        "version": sjedd_video.__version__,
        "model": model.sha256,
        "calibration": model.calibration,
        "detector": model.detector_sha256,
        "options": options.model_dump(mode="json"),
        "variant": variant,
    }


def score_file(path: Path, options: AnalysisOptions, engines: Engines) -> FileScore:
    """Analyse one file.

    Raises:
        SjeddError: It is not the file's fault.
    """
    from sjedd_video.pipeline import analyze

    try:
        return file_score(analyze(path, options, engines=engines))
    except SjeddError:
        raise
    except Exception as error:
        # A defect met by one file must not keep the others from being measured; the outcome names it.
        return FileScore(Outcome.CRASHED.value, (ReasonCode.WORKER_CRASHED.value,), f"{type(error).__name__}: {error}")


def _here(
    todo: Sequence[tuple[int, Path]], options: AnalysisOptions, engines: Engines
) -> Iterator[tuple[int, FileScore]]:
    for place, path in todo:
        yield place, score_file(path, options, engines)


def _in_processes(
    todo: Sequence[tuple[int, Path]], options: AnalysisOptions, load: Loader, workers: int
) -> Iterator[tuple[int, FileScore]]:
    """A process that dies takes all others of its pool with it: what it left undone is done again, one by one."""
    left = dict(todo)
    for place, score in _pool(todo, options, load, workers):
        if score is not None:
            del left[place]
            yield place, score
    for place, path in left.items():
        for _, score in _pool([(place, path)], options, load, 1):
            words = "the process that worked on it died"
            died = FileScore(Outcome.CRASHED.value, (ReasonCode.WORKER_CRASHED.value,), words)
            yield place, score or died


def _pool(
    todo: Sequence[tuple[int, Path]], options: AnalysisOptions, load: Loader, workers: int
) -> Iterator[tuple[int, FileScore | None]]:
    """Results as they come; None for what a dead process left undone."""
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(min(workers, len(todo)) or 1, context, _leave_interrupts)
    try:
        futures: dict[Future[FileScore], int] = {}
        for place, path in todo:
            try:
                futures[executor.submit(_task, path, options, load)] = place
            except BrokenProcessPool:
                yield place, None
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                yield futures[future], None
    finally:
        executor.shutdown(cancel_futures=True)


_LOADED: list[Engines] = []
"""The engines of a worker process, loaded at its first file."""


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle


def _task(path: Path, options: AnalysisOptions, load: Loader) -> FileScore:
    if not _LOADED:
        _LOADED.append(load(options))
    return score_file(path, options, _LOADED[0])
