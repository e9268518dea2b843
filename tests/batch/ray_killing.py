"""A scan on a Ray cluster of two nodes, one of which is killed in the middle: the case must be as after a local scan.

``make raytest`` (``python -P -m batch.ray_killing --out FOLDER``) makes the files, scans them here in peace and then on
two raylets of this machine, of which one is killed while it judges and a new one takes its place, several times;
compares the two cases, and prints a summary. The model is replaced unless ``--engines`` names another one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from batch.killing import Scan, differences, make_files, progress
from batch.scanning import rows

HELD = 128 << 20
"""Bytes of each node's object store."""
IMPATIENT = {"health_check_initial_delay_ms": 500, "health_check_period_ms": 500, "health_check_failure_threshold": 2}
"""The head notices in a second, in place of a quarter of a minute, that a node is gone."""


@contextmanager
def cluster() -> Iterator[Any]:
    """Two nodes with one core each, a head and another; nothing of them is left afterwards."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", path)  # the engines of the tests are there
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": HELD, "_system_config": IMPATIENT}
        nodes = Cluster(initialize_head=True, head_node_args=head)
        try:
            add_node(nodes)
            yield nodes
        finally:
            nodes.shutdown()


def add_node(nodes: Any) -> Any:
    """Another node with one core."""
    return nodes.add_node(num_cpus=1, object_store_memory=HELD)


def judging(node: Any) -> bool:
    """Whether an actor of this node is busy with a file."""
    raylet = node.all_processes["raylet"][0].process.pid
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = status.read_text().rpartition(")")
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(rest.split()[1]) == raylet and b"ray::Host.judge" in command:
            return True
    return False


def scan_and_kill(nodes: Any, scan: Scan, case: Path, moments: list[int]) -> list[int]:
    """Kill the second node while it judges, each time so many files are done; where several are left, add another.

    Returns:
        The number of files that were done at each kill.
    """
    killed = []
    for number, moment in enumerate(moments):
        node = next(iter(nodes.worker_nodes))
        if scan.wait(ready=lambda node=node, moment=moment: progress(case) >= moment and judging(node)):
            break
        nodes.remove_node(node, allow_graceful=False)
        killed.append(progress(case))
        if number < len(moments) - 1:
            add_node(nodes)
    scan.wait()
    return killed


def main() -> None:
    """Make, scan here, scan there and kill, compare, summarise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for files, cases and summary.json")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--different", type=int, default=60, help="files of their own; the rest are links to them")
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--engines", default="fakes:FakeEngines", help="module:class of the engines")
    asked = parser.parse_args()
    for name in ("files", "local", "ray"):
        shutil.rmtree(asked.out / name, ignore_errors=True)
    make_files(asked.out / "files", asked.count, asked.different)
    how = ("--workers", "2", "--report", "json,csv")
    began = time.monotonic()
    local = Scan(asked.out / "files", asked.out / "local", asked.engines, *how)
    local.wait()
    seconds, began = time.monotonic() - began, time.monotonic()
    with cluster() as nodes:
        there = ("--engine", "ray", "--address", nodes.address)
        scan = Scan(asked.out / "files", asked.out / "ray", asked.engines, *how, *there)
        moments = [asked.different * (number + 1) // (asked.kills + 2) for number in range(asked.kills)]
        killed = scan_and_kill(nodes, scan, asked.out / "ray", moments)
    result = {
        "files": asked.count, "different": asked.different, "nodes_killed": len(killed), "files_done_at_each": killed,
        "exit_codes": [local.process.returncode, scan.process.returncode],
        "differences": differences(asked.out / "local", asked.out / "ray"), "rows": len(rows(asked.out / "ray")),
        "seconds": {"local": round(seconds, 1), "ray": round(time.monotonic() - began, 1)},
    }  # fmt: skip
    (asked.out / "summary.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    sys.exit(bool(result["differences"]) or len(killed) < asked.kills)


if __name__ == "__main__":
    main()
