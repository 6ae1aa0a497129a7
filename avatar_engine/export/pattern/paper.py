# SPDX-License-Identifier: GPL-3.0-or-later
"""Paper: its sizes, the pieces arranged on it, and how a large drawing is cut into sheets that a printer takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from shapely import Polygon, box
from shapely.ops import unary_union

from avatar_engine.export.pattern.draw import MM, draw_piece
from avatar_engine.export.pattern.nesting import CELL, Part, Place, nest
from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.piece import Piece
from avatar_engine.export.pattern.sheet import Sheet

GAP = 8.0
TURNS = (0, 1, 3, 2)
MOST_COLUMNS = 8

Placed = list[tuple[Piece, Place]]


@dataclass(frozen=True)
class Paper:
    """A paper size in millimetres; a drawing larger than a ``tiled`` one is spread over sheets with a flap to glue."""

    name: str
    width: float
    height: float
    tiled: bool
    margin: float = 10.0
    flap: float = 10.0

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of the part of a drawing that one sheet shows, flap left out."""
        flap = self.flap if self.tiled else 0.0
        return self.width - 2 * self.margin - flap, self.height - 2 * self.margin - flap


A4 = Paper("a4", 210.0, 297.0, True)
LETTER = Paper("letter", 215.9, 279.4, True)
A0 = Paper("a0", 841.0, 1189.0, False)
PAPERS = {paper.name: paper for paper in (A4, LETTER, A0)}


@dataclass(frozen=True)
class Tile:
    """One sheet of a large drawing: its row from the top and its column, both from 0."""

    row: int
    column: int

    @property
    def name(self) -> str:
        """Letter of the row, number of the column."""
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        rank = letters[self.row // 26 - 1] if self.row >= 26 else ""
        return f"{rank}{letters[self.row % 26]}{self.column + 1}"


@dataclass(frozen=True)
class Arranged:
    """Pieces on one drawing: ``columns`` by ``rows`` cells, of which ``tiles`` are printed."""

    sheet: Sheet
    pieces: tuple[Piece, ...]
    places: tuple[Place, ...]
    columns: int
    rows: int
    tiles: tuple[Tile, ...]


def arrange(paper: PaperPattern, kind: Paper) -> list[Arranged]:
    """The pieces on few sheets: one drawing cut into tiles, or large sheets of whole pieces.

    A piece that is longer than a large sheet gets a longer one.
    """
    if kind.tiled:
        return [_tiled(paper, kind)]
    sheets, left = [], list(paper.pieces)
    while left:
        placed = _fitting(left, kind)
        height = max(kind.cell[1], max(depth(piece, place) for piece, place in placed))
        sheets.append(_draw(paper, placed, kind.cell[0], height, (1, 1), (Tile(0, 0),)))
        done = {piece.number for piece, _ in placed}
        left = [piece for piece in left if piece.number not in done]
    return sheets


def in_one(paper: PaperPattern, width: float, below: float = 0.0) -> Arranged:
    """All pieces on one drawing of that width (wider where a piece asks for it), with free room below them."""
    least = max(float(np.ptp(piece.cutting, axis=0).min()) * MM for piece in paper.pieces) + GAP + CELL
    width = max(width, least)
    placed = _placed(paper.pieces, width)
    height = max(depth(piece, place) for piece, place in placed) + below
    return _draw(paper, placed, width, height, (1, 1), (Tile(0, 0),))


def depth(piece: Piece, place: Place) -> float:
    """How far a placed piece reaches down from the top of its sheet, millimetres."""
    return GAP / 2 - float(place.apply(piece.cutting * MM)[:, 1].min())


def _placed(
    pieces: Sequence[Piece], width: float, turns: tuple[int, ...] = TURNS, longest_first: bool = False
) -> Placed:
    """The pieces that a strip of that width has room for."""
    places = nest([Part(piece.cutting * MM, turns) for piece in pieces], width, GAP, longest_first)
    return [(piece, place) for piece, place in zip(pieces, places, strict=True) if place is not None]


def _tiled(paper: PaperPattern, kind: Paper) -> Arranged:
    """The arrangement with the fewest sheets; among equals the one nearest to a square."""
    width, height = kind.cell
    best: tuple[tuple[float, ...], int, Placed, int, tuple[Tile, ...]] | None = None
    for columns in range(2, MOST_COLUMNS + 1):
        placed = _placed(paper.pieces, columns * width)
        if len(placed) == len(paper.pieces):
            rows = int(np.ceil(max(depth(piece, place) for piece, place in placed) / height))
            tiles = _tiles(placed, columns, rows, kind)
            rank = (len(tiles), abs(columns * width - rows * height))
            if best is None or rank < best[0]:
                best = rank, columns, placed, rows, tiles
    if best is None:
        raise ValueError(f"a piece is wider than {MOST_COLUMNS} sheets")
    _, columns, placed, rows, tiles = best
    return _draw(paper, placed, columns * width, rows * height, (columns, rows), tiles)


def _tiles(placed: Placed, columns: int, rows: int, kind: Paper) -> tuple[Tile, ...]:
    """The sheets that something is printed on."""
    width, height = kind.cell
    covered = unary_union([Polygon(place.apply(piece.cutting * MM)).buffer(1.0) for piece, place in placed])
    grid = product(range(rows), range(columns))
    cells = {(r, c): box(c * width, -(r + 1) * height, (c + 1) * width, -r * height) for r, c in grid}
    return tuple(Tile(row, column) for (row, column), cell in cells.items() if covered.intersects(cell))


def _fitting(pieces: Sequence[Piece], kind: Paper) -> Placed:
    """What goes on one large sheet, of several ways to place the pieces the one that leaves least over."""
    width, height = kind.cell
    limit = max(height, max(_least_depth(piece, width) for piece in pieces))
    tries = []
    for turns in (TURNS, (0, 2), (1, 3)):
        for longest_first in (False, True):
            placed = _placed(pieces, width, turns, longest_first)
            tries.append([pair for pair in placed if depth(*pair) <= limit])
    return max(tries, key=lambda each: round(sum(Polygon(piece.cutting).area for piece, _ in each)))


def _least_depth(piece: Piece, width: float) -> float:
    """How long a sheet of that width has to be for a piece alone."""
    short, long = sorted(np.ptp(piece.cutting, axis=0) * MM + GAP + CELL)
    return float(short if long <= width else long)


def _draw(
    paper: PaperPattern, placed: Placed, width: float, height: float, grid: tuple[int, int], tiles: tuple[Tile, ...]
) -> Arranged:
    sheet = Sheet(width, height)
    places = [Place(place.turns, place.shift + np.array([0.0, height])) for _, place in placed]
    pieces = [piece for piece, _ in placed]
    for piece, place in zip(pieces, places, strict=True):
        draw_piece(sheet, paper, piece, place)
    return Arranged(sheet, tuple(pieces), tuple(places), *grid, tiles)
