# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled inner loops, where they can be had."""

from __future__ import annotations

import atexit
import importlib
import shutil
import tempfile
from functools import cache
from types import ModuleType

NAME = "avatar_engine.fitting.compiled"


@cache
def compiled() -> ModuleType | None:
    """The numba kernels, or None where numba is not installed.

    numba keeps what it compiled beside the code or in the user's cache. Where neither can be written (a service without
    a home, an installation that is read-only), each process keeps its own, for as long as it runs.
    """
    try:
        import numba
    except ImportError:
        return None
    try:
        return importlib.import_module(NAME)
    except RuntimeError:  # "no locator available"
        numba.config.CACHE_DIR = tempfile.mkdtemp(prefix="atelier-compiled-")
        atexit.register(shutil.rmtree, numba.config.CACHE_DIR, ignore_errors=True)
        return importlib.import_module(NAME)
