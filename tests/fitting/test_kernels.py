# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled loops are there wherever numba is, also where nothing may be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"}  # nothing beside the code, no user's cache
SCRIPT = """
from pathlib import Path
from numba import config
from avatar_engine.fitting.kernels import compiled
assert compiled().nearest.py_func.__name__ == "nearest"
assert Path(config.CACHE_DIR).is_dir()
print(config.CACHE_DIR)
"""


def test_a_process_that_may_write_nowhere_compiles_for_itself(tmp_path: Path) -> None:
    environment = ENVIRONMENT | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == tmp_path
    assert not list(tmp_path.iterdir()), "it leaves nothing behind"
