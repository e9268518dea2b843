"""Memory that training keeps."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from sjedd_training.memory import keep_freed_memory
assert sys.argv[1] == "default" or keep_freed_memory()
np.ones(64 * 2**20, np.uint8).sum()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    np.ones(64 * 2**20, np.uint8).sum()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    """Pages that the system hands out while 64 MiB are taken ten times."""
    plain = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD" and not key.startswith("MALLOC_")}
    return int(subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, check=True, env=plain).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own settings")
def test_freed_memory_is_used_again():
    assert 4 * faults("kept") < faults("default")
