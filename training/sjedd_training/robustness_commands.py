"""What ``sjedd-train evaluate --protocol robustness`` and ``small-faces`` do."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from sjedd_training.protocol_asked import AS_PAPERS, Asked, origins_of, root_of, score_protocol, uncalibrated
from sjedd_video.errors import OptionsError

if TYPE_CHECKING:
    from sjedd_training.robustness import Levels
    from sjedd_training.tables import Table
    from sjedd_training.trivial import Trivial
    from sjedd_video.engines import Scorer


def measure_robustness(asked: Asked) -> tuple[list[Table], dict[str, Any]]:
    """AUC under every perturbation, of faces of a pool or of files.

    Raises:
        OptionsError: Not one data set and one model, or a class is missing.
    """
    from sjedd_training.robustness import robustness_table
    from sjedd_training.trivial import told

    if (asked.root is None) == (asked.data is None):
        raise OptionsError("Robustness needs either --root or --data.", "Give a data set or the development pool.")
    _require_one_model(asked)
    if asked.data is not None:
        _require_product_ranking(asked)
    found, trivial = _of_pool(asked) if asked.data is not None else _of_files(asked)
    notes = ["Perturbations are applied to the aligned crops. Recipes here train on levels 1 and 2, of JPEG at most 3."]
    if asked.limit is not None:
        notes.append(f"A quick look: at most {asked.limit} of a group.")
    notes += [AS_PAPERS] if asked.ranking == "papers" else []
    notes += uncalibrated(origins_of(asked), asked.models)
    tables = [robustness_table(title, levels, [*notes, told(trivial[title])]) for title, levels in found.items()]
    plain = {
        title: {kind: [asdict(auc) for auc in aucs] for kind, aucs in level.items()} for title, level in found.items()
    }
    if asked.out is not None:
        from sjedd_training.protocol_plots import robustness_plot

        robustness_plot(found, asked.out / "robustness.png")
    return tables, {"auc": plain, "trivial": trivial, "notes": notes}


def _require_one_model(asked: Asked) -> None:
    if len(asked.models) > 1:
        raise OptionsError(f"The protocol {asked.protocol} measures one model at a time.", "Give --model once.")


def _require_product_ranking(asked: Asked) -> None:
    if asked.ranking != "product":
        raise OptionsError(
            "Faces of a pool are ranked one by one, not by files.", "Leave --ranking out, or give --root."
        )


def _only_scorer(asked: Asked) -> Scorer:
    """The one model that was asked for, ready to score."""
    from sjedd_training.bundle_calibration import scoring_scorer
    from sjedd_training.run_files import analysis_options

    _require_one_model(asked)
    (model,) = asked.models.values()
    return scoring_scorer(analysis_options(model, None, asked.backend, asked.device))


def _of_pool(asked: Asked) -> tuple[dict[str, Levels], dict[str, Trivial]]:
    from sjedd_training.data.pool import open_pool
    from sjedd_training.robustness import faces_to_score, pool_robustness
    from sjedd_training.tables import Bar

    assert asked.data is not None
    scorer, pool = _only_scorer(asked), open_pool(asked.data, "val")
    with Bar("faces", faces_to_score(pool, asked.limit)) as bar:
        return pool_robustness(pool, scorer, limit=asked.limit, tell=lambda: bar.advance("scored"))


def _of_files(asked: Asked) -> tuple[dict[str, Levels], dict[str, Trivial]]:
    from sjedd_training.protocol_tables import measure_row, row_auc
    from sjedd_training.protocols import Protocol, files_under_test
    from sjedd_training.robustness import VARIANTS, levels_of, perturbed_engines

    name = next(iter(asked.models))
    row = files_under_test(root_of(asked), asked.limit)
    protocol = Protocol(row.name, (row,))
    clean = measure_row(row, score_protocol(protocol, asked, name), asked.ranking)
    aucs = [clean.auc]
    for kind, level in VARIANTS:
        load = partial(perturbed_engines, kind=kind, level=level)
        scores = score_protocol(protocol, asked, name, load, f"{kind} {level}")
        aucs.append(row_auc(row, scores, asked.ranking))
    there = [auc for auc in aucs if auc is not None]
    if len(there) < len(aucs):
        raise OptionsError(f"{asked.root}: robustness needs real and altered files.", "See `sjedd-train data check`.")
    trivial = {trait: found.auc.value for trait, found in clean.baselines.items()}
    return {row.name: levels_of(there)}, {row.name: dict(trivial)}


def measure_small_faces(asked: Asked) -> tuple[list[Table], dict[str, Any]]:
    """False alarms on small faces and on faces that are cut off.

    Raises:
        OptionsError: Not one pool and one model.
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.small_faces import small_faces, small_faces_table
    from sjedd_training.tables import Bar
    from sjedd_training.trivial import told

    if asked.data is None or asked.root is not None:
        raise OptionsError("The protocol small-faces needs the development pool.", "Give --data, and no --root.")
    _require_product_ranking(asked)
    scorer, pool = _only_scorer(asked), open_pool(asked.data, "val")
    bare = uncalibrated(origins_of(asked), asked.models, "What a calibration decides is left out.")
    faces = sum(len(places[: asked.limit]) for places in (pool.video_real, pool.forged))
    with Bar("faces", faces) as bar:
        found, trivial = small_faces(
            pool, scorer, limit=asked.limit, calibrated=not bare, tell=lambda: bar.advance("scored")
        )
    notes = [] if asked.limit is None else [f"A quick look: at most {asked.limit} of a group."]
    notes += [*bare, told(trivial)]
    if asked.out is not None and not bare:
        from sjedd_training.protocol_plots import small_faces_plot

        small_faces_plot(found, asked.out / "small-faces.png")
    return [small_faces_table(found, notes)], {"faces": [asdict(row) for row in found], "notes": notes}
