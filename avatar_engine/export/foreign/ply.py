# SPDX-License-Identifier: GPL-3.0-or-later
"""Stanford PLY of any program: text or binary, triangles, polygons or points alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from avatar_engine.body.template import FloatArray, Indices, IntArray
from avatar_engine.export.foreign.surface import DamagedError, Surface, check_count, checked, cloud, fans
from avatar_engine.words import phrase

Records = np.ndarray[Any, np.dtype[np.void]]
LONGEST_HEADER = 65_536
MOST_MIXED_FACES = 3_000_000  # faces of different sizes are read one by one
TYPES = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "i2"),
    **dict.fromkeys(("ushort", "uint16"), "u2"),
    **dict.fromkeys(("int", "int32"), "i4"),
    **dict.fromkeys(("uint", "uint32"), "u4"),
    **dict.fromkeys(("float", "float32"), "f4"),
    **dict.fromkeys(("double", "float64"), "f8"),
}
ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": ""}
DAMAGED, SHORT = DamagedError(phrase("mesh_damaged")), DamagedError(phrase("mesh_short"))


@dataclass
class Element:
    """A block of the file: ``properties`` are name and numpy type, a list's type is that of count and of entries."""

    name: str
    count: int
    properties: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def has_list(self) -> bool:
        """Whether rows have different lengths."""
        return any(len(types) == 2 for _, types in self.properties)


def read(content: bytes) -> Surface:
    """The vertices and faces of a PLY; raises ``DamagedError``."""
    order, elements, start = _header(content)
    if order:
        return _binary(content, start, order, elements)
    return _text(content[start:], elements)


def _header(content: bytes) -> tuple[str, list[Element], int]:
    end = content.find(b"end_header", 0, LONGEST_HEADER)
    newline = content.find(b"\n", end)
    if not content.startswith(b"ply") or end < 0 or newline < 0:
        raise DamagedError(phrase("mesh_header", kind="PLY"))
    order, elements = None, list[Element]()
    try:
        for line in content[:end].decode("ascii", "replace").splitlines()[1:]:
            match line.split():
                case ["format", name, *_]:
                    order = ORDERS[name]
                case ["element", name, count]:
                    elements.append(Element(name, int(count)))
                case ["property", "list", length, entries, name]:
                    elements[-1].properties.append((name, (TYPES[length], TYPES[entries])))
                case ["property", kind, name]:
                    elements[-1].properties.append((name, (TYPES[kind],)))
    except (KeyError, ValueError, IndexError) as error:
        raise DamagedError(phrase("mesh_header", kind="PLY")) from error
    if order is None or any(element.count < 0 for element in elements):
        raise DamagedError(phrase("mesh_header", kind="PLY"))
    return order, elements, newline + 1


def _columns(element: Element) -> list[int]:
    """Where x, y and z stand among an element's properties."""
    names = [name for name, _ in element.properties]
    if element.has_list or not {"x", "y", "z"} <= set(names):
        raise DAMAGED
    return [names.index(axis) for axis in "xyz"]


def _binary(content: bytes, start: int, order: str, elements: list[Element]) -> Surface:
    points: FloatArray | None = None
    triangles: IntArray | None = None
    for element in elements:
        if not element.has_list:
            rows, start = _rows(content, start, order, element)
            if element.name == "vertex":
                names = [f"p{column}" for column in _columns(element)]
                points = np.stack([rows[name].astype(np.float64) for name in names], axis=1)
        elif element.name == "face" and points is not None and len(element.properties) == 1:
            triangles, start = _faces(content, start, order, element)
        else:
            break  # what follows has no place that could be known without reading rows of no use here
    if points is None:
        raise DamagedError(phrase("mesh_empty"))
    return cloud(points) if triangles is None else checked(points, triangles)


def _rows(
    content: bytes, start: int, order: str, element: Element
) -> tuple[np.ndarray[tuple[int], np.dtype[np.void]], int]:
    check_count(element.count if element.name == "vertex" else 0)
    row = np.dtype([(f"p{i}", order + types[0]) for i, (_, types) in enumerate(element.properties)])
    end = start + element.count * row.itemsize
    if end > len(content):
        raise SHORT
    return np.frombuffer(content, dtype=row, count=element.count, offset=start), end


def _faces(content: bytes, start: int, order: str, element: Element) -> tuple[IntArray, int]:
    (_, (length, entries)) = element.properties[0]
    count_type, entry_type = np.dtype(order + length), np.dtype(order + entries)
    if element.count == 0:
        return np.zeros((0, 3), dtype=np.int32), start
    if start + element.count * count_type.itemsize > len(content):
        raise SHORT
    corners = int(np.frombuffer(content, count_type, 1, start)[0])
    row = count_type.itemsize + corners * entry_type.itemsize
    if 0 <= corners < 256 and start + element.count * row <= len(content):
        table = np.frombuffer(content, np.uint8, element.count * row, start).reshape(element.count, row)
        counts = table[:, : count_type.itemsize].copy().view(count_type)[:, 0]
        if (counts == corners).all():
            ids = table[:, count_type.itemsize :].copy().view(entry_type).astype(np.int64)
            return fans(np.full(element.count, corners), ids.ravel()), start + element.count * row
    return _mixed_faces(content, start, count_type, entry_type, element.count)


def _mixed_faces(
    content: bytes, start: int, count_type: np.dtype[np.generic], entry_type: np.dtype[np.generic], count: int
) -> tuple[IntArray, int]:
    if count > MOST_MIXED_FACES:
        raise DamagedError(phrase("mesh_faces", count=count))
    counts, offsets = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for i in range(count):
        if start + count_type.itemsize > len(content):
            raise SHORT
        counts[i] = int(np.frombuffer(content, count_type, 1, start)[0])
        offsets[i] = start + count_type.itemsize
        start = int(offsets[i] + counts[i] * entry_type.itemsize)
        if counts[i] < 0 or start > len(content):
            raise SHORT
    at = np.repeat(offsets, counts) + entry_type.itemsize * _within(counts)
    table = np.frombuffer(content, np.uint8)[at[:, None] + np.arange(entry_type.itemsize)]
    return fans(counts, table.copy().view(entry_type)[:, 0].astype(np.int64)), start


def _within(counts: Indices) -> Indices:
    """0, 1, 2 … in each group."""
    within: Indices = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return within


def _text(body: bytes, elements: list[Element]) -> Surface:
    try:
        numbers = np.array(body.split(), dtype=np.float64)
    except ValueError as error:
        raise DAMAGED from error
    points, at = np.zeros((0, 3)), 0
    for element in elements:
        if element.has_list:
            if element.name != "face" or len(element.properties) != 1:
                break
            return checked(points, _text_faces(numbers[at:], element.count))
        width = len(element.properties)
        if at + element.count * width > len(numbers):
            raise SHORT
        if element.name == "vertex":
            points = numbers[at : at + element.count * width].reshape(-1, width)[:, _columns(element)]
        at += element.count * width
    return cloud(points)


def _text_faces(numbers: FloatArray, count: int) -> IntArray:
    if count > len(numbers):
        raise SHORT
    with np.errstate(invalid="ignore"):
        whole = np.nan_to_num(numbers, nan=-1.0, posinf=-1.0, neginf=-1.0).astype(np.int64)
    counts, starts, at = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64), 0
    for i in range(count):
        if at >= len(whole) or whole[at] < 0 or at + 1 + whole[at] > len(whole):
            raise SHORT
        counts[i], starts[i] = whole[at], at + 1
        at += 1 + int(whole[at])
    return fans(counts, whole[np.repeat(starts, counts) + _within(counts)])
