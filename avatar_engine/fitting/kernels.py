# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled inner loops, where they can be had."""

from __future__ import annotations

from functools import cache
from types import ModuleType


@cache
def compiled() -> ModuleType | None:
    """The numba kernels, or None where numba is not installed."""
    try:
        from avatar_engine.fitting import compiled as kernels
    except ImportError:
        return None
    return kernels
