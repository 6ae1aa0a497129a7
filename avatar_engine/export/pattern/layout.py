# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutting layouts: the pieces on cloth of a given width, and the length of cloth that they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avatar_engine.export.pattern.nesting import Part, nest
from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.piece import Piece, Points
from garments import Fabric
from garments.sewing import is_knit

MM = 10.0
CLOTH_WIDTHS = (1400.0, 1500.0)
SELVEDGES = 20.0  # of both sides together
ROUND_UP = 50.0
EXTRA_SEAM = 10.0


@dataclass(frozen=True)
class Laid:
    """A piece on the cloth: its number and outline (n, 2) millimetres, as seen from above."""

    number: int
    outline: Points


@dataclass(frozen=True)
class CuttingLayout:
    """Cloth of one kind and width.

    Parameters
    ----------
    fabric : the cloth
    width : millimetres, selvedges included
    folded, opened : pieces on the folded and on the open stretch of it, each stretch hanging down from y = 0
    folded_length, opened_length : millimetres
    too_wide : (number, needed width in millimetres) of pieces that this cloth is too narrow for
    seamed : numbers of fold pieces that are cut as two halves, since the cloth is too narrow for the whole
    """

    fabric: Fabric
    width: float
    folded: tuple[Laid, ...]
    opened: tuple[Laid, ...]
    folded_length: float
    opened_length: float
    too_wide: tuple[tuple[int, float], ...]
    seamed: tuple[int, ...] = ()

    @property
    def length(self) -> float:
        """Cloth to buy, millimetres, rounded up to 5 cm."""
        return float(np.ceil((self.folded_length + self.opened_length) / ROUND_UP) * ROUND_UP)


def cutting_layouts(paper: PaperPattern) -> list[CuttingLayout]:
    """A layout for every cloth of the pattern and every usual width."""
    fabrics = {paper.fabric_of(piece).id: paper.fabric_of(piece) for piece in paper.pieces}
    return [
        _layout(fabric, width, [piece for piece in paper.pieces if paper.fabric_of(piece) is fabric])
        for fabric in fabrics.values()
        for width in CLOTH_WIDTHS
    ]


def _layout(fabric: Fabric, width: float, pieces: Sequence[Piece]) -> CuttingLayout:
    """The shorter of two ways: pairs and fold pieces on folded cloth and the rest on open cloth, or all on open."""
    doubled = [piece for piece in pieces if piece.on_fold or piece.count > 1]
    tries = [_with_folded(fabric, width, pieces, chosen) for chosen in (doubled, [])]
    return min(tries, key=lambda each: (len(each.too_wide), len(each.seamed), each.length))


def _with_folded(fabric: Fabric, width: float, pieces: Sequence[Piece], doubled: Sequence[Piece]) -> CuttingLayout:
    """A layout with some pieces on folded cloth; what is too wide for that is unfolded, and if need be parted.

    A band of cloth that does not stretch may lie along the cloth as well as across it.
    """
    usable = width - SELVEDGES
    pairs = [(piece, _along_grain(piece)) for piece in doubled for _ in range(_folded_times(piece))]
    folded = _nested(pairs, usable / 2, left=True)
    often = Counter(laid.number for laid in folded)
    done = {piece.number for piece in doubled if often[piece.number] == _folded_times(piece)}
    folded = [laid for laid in folded if laid.number in done]
    whole: list[tuple[Piece, Points]] = []
    seamed: list[int] = []
    for piece in (each for each in pieces if each.number not in done):
        shapes = _copies(piece)
        if piece.on_fold and np.ptp(shapes[0][:, 0]) > usable:
            shapes = _parted(piece)
            seamed.append(piece.number)
        whole += [(piece, shape) for shape in shapes]
    opened = _nested(whole, usable, turn=not is_knit(fabric))
    laid = done | {each.number for each in opened}
    missing = {piece.number: _wide(shape) for piece, shape in whole if piece.number not in laid}
    return CuttingLayout(
        fabric,
        width,
        tuple(folded),
        tuple(opened),
        _reach(folded),
        _reach(opened),
        tuple(sorted(missing.items())),
        tuple(number for number in seamed if number in laid),
    )


def _folded_times(piece: Piece) -> int:
    """How often a piece is laid on folded cloth, which gives two of it, or one that lies along the fold."""
    return piece.count if piece.on_fold else piece.count // 2


def _nested(shapes: Sequence[tuple[Piece, Points]], width: float, left: bool = False, turn: bool = False) -> list[Laid]:
    parts = [
        Part(shape, (0, 1) if turn and piece.crease is not None else (0,), left and piece.on_fold)
        for piece, shape in shapes
    ]
    places = nest(parts, width, 0.0) if parts else []
    return [
        Laid(piece.number, place.apply(shape))
        for (piece, shape), place in zip(shapes, places, strict=True)
        if place is not None
    ]


def _wide(shape: Points) -> float:
    return float(np.ptp(shape[:, 0])) + SELVEDGES


def _along_grain(piece: Piece) -> Points:
    """The cutting line in millimetres, turned until the grain points up."""
    x, y = piece.along_grain
    return np.asarray(piece.cutting @ np.array([[y, x], [-x, y]]) * MM)


def _copies(piece: Piece) -> list[Points]:
    """All that is cut of a piece on one layer of cloth: itself unfolded, or it and its mirror images."""
    half = _along_grain(piece)
    mirrored = half[::-1] * np.array([-1.0, 1.0])
    if not piece.on_fold:
        return [mirrored if copy % 2 else half for copy in range(piece.count)]
    on_fold = half[:, 0] < half[:, 0].min() + 0.5
    top, bottom = (np.argmax(np.where(on_fold, sign * half[:, 1], -np.inf)) for sign in (1.0, -1.0))
    edge = np.roll(half, -int(bottom), axis=0)
    run = edge[: (int(top) - int(bottom)) % len(half) + 1]
    return [np.concatenate([run, run[::-1] * np.array([-1.0, 1.0])])] * piece.count


def _parted(piece: Piece) -> list[Points]:
    """Both halves of a fold piece with a seam instead of the fold."""
    half = _along_grain(piece).copy()
    half[half[:, 0] < 1.0, 0] -= EXTRA_SEAM
    return [half, half[::-1] * np.array([-1.0, 1.0])]


def _reach(laid: Sequence[Laid]) -> float:
    return max((-float(each.outline[:, 1].min()) for each in laid), default=0.0)
