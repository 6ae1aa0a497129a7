# SPDX-License-Identifier: GPL-3.0-or-later
"""How cloth is made: its structure by fabric, and a tile of its threads for viewers that draw no threads themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Shares = npt.NDArray[np.float64]

TILE_PX = 256
SMOOTH = "smooth"  # no threads: horn, metal, rubber


@dataclass(frozen=True)
class Weave:
    """Structure of a cloth; ``weaves.toml`` explains each value."""

    kind: str
    contrast: float
    relief: float
    melange: float
    cross: str | None = None


@cache
def weaves() -> dict[str, Weave]:
    """All weaves by fabric."""
    rows = tomllib.loads(files("garments").joinpath("weaves.toml").read_text("utf-8"))
    return {name: Weave(**row) for name, row in rows.items()}


@dataclass(frozen=True)
class Threads:
    """A structure that repeats.

    height : of the threads, 0 to 1, at places across and along the grain, in widths of a thread
    across, along : widths after which all is as it was
    """

    height: Callable[[Shares, Shares], Shares]
    across: int
    along: int


def tile_size(kind: str, weave_scale_mm: float) -> tuple[float, float]:
    """Width and height of a structure's tile on cloth whose threads are that wide, metres."""
    threads = THREADS[kind]
    return threads.across * weave_scale_mm / 1000.0, threads.along * weave_scale_mm / 1000.0


@cache
def thread_tile(kind: str) -> npt.NDArray[np.uint8]:
    """(TILE_PX, TILE_PX) height of the threads of a key of ``THREADS``, 255 on top; it repeats on all sides."""
    threads = THREADS[kind]
    places = (np.arange(TILE_PX) + 0.5) / TILE_PX
    x, y = np.meshgrid(places * threads.across, places[::-1] * threads.along)
    return np.asarray(np.round(threads.height(x, y).clip(0.0, 1.0) * 255.0), dtype=np.uint8)


def _wave(phase: Shares) -> Shares:
    """0..1..0 over each whole number."""
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * phase))


def _noise(across: float, along: float, seed: int) -> Shares:
    """(TILE_PX, TILE_PX) unevenness around 0.5 that repeats, its features that many pixels wide and high."""
    white = np.fft.fft2(np.random.default_rng(seed).standard_normal((TILE_PX, TILE_PX)))
    down, right = np.fft.fftfreq(TILE_PX)[:, None] * along, np.fft.fftfreq(TILE_PX)[None, :] * across
    smooth = np.fft.ifft2(white * np.exp(-2.0 * (np.pi * 0.5) ** 2 * (down**2 + right**2))).real
    return np.asarray((0.5 + 0.2 * smooth / smooth.std()).clip(0.0, 1.0))


def _knit(x: Shares, y: Shares) -> Shares:
    """Columns of V-shaped stitches, three courses to two columns' width."""
    side = np.abs(x % 1.0 - 0.5)
    return np.asarray(0.45 * _wave(y / 0.75 - 1.6 * side) + 0.55 * _wave(2.0 * x))


def _rib(x: Shares, y: Shares) -> Shares:
    """Knit whose columns stand forward and back by turns."""
    return np.asarray(0.65 * _wave(x / 2.0) + 0.35 * _knit(x, y))


def _twill(x: Shares, y: Shares) -> Shares:
    """Diagonal lines rising to the right, at 63 degrees as in denim."""
    return _wave(0.5 * y - x)


def _plain(x: Shares, y: Shares) -> Shares:
    """Threads over and under one another."""
    return np.asarray(0.5 * _wave(x) + 0.5 * _wave(y))


def _slub(x: Shares, y: Shares) -> Shares:
    """Plain weave of threads that are thick and thin by turns."""
    thick = 0.35 * (_noise(6.0, 120.0, 1) + _noise(120.0, 6.0, 2))
    return np.asarray(0.6 * _plain(x, y) + thick + 0.05)


def _satin(x: Shares, y: Shares) -> Shares:
    """Long floats along the warp: fine lines, broken now and then."""
    return _noise(16.0, 64.0, 3)


def _cord(x: Shares, y: Shares) -> Shares:
    """Ridges of pile along the warp, with narrow furrows between them."""
    return np.asarray(0.9 * _wave(x) ** 0.45 + 0.1 * _noise(3.0, 6.0, 4))


def _grain(x: Shares, y: Shares) -> Shares:
    """Pebbles of leather, with fine creases between them."""
    return np.asarray(0.65 * _noise(16.0, 16.0, 5) + 0.35 * _noise(6.0, 6.0, 6))


THREADS: Mapping[str, Threads] = {
    "knit": Threads(_knit, 8, 6),
    "rib": Threads(_rib, 8, 6),
    "twill": Threads(_twill, 8, 8),
    "plain": Threads(_plain, 8, 8),
    "slub": Threads(_slub, 16, 16),
    "satin": Threads(_satin, 16, 48),
    "cord": Threads(_cord, 8, 8),
    "grain": Threads(_grain, 16, 16),
}
