# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes and clouds as they come out of crashes, bad transfers, careless exporters and ill will; one for each seed."""

from __future__ import annotations

import json
import re
import struct
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.export import WRITERS

Kind = str
File = tuple[Kind, bytes]


def _glb(document: dict, binary: bytes) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    size = 12 + 8 + len(text) + 8 + len(binary)
    head = struct.pack("<III", 0x46546C67, 2, size) + struct.pack("<II", len(text), 0x4E4F534A)
    return head + text + struct.pack("<II", len(binary), 0x004E4942) + binary


def ply(points: np.ndarray, claimed: int | None = None, text: bool = False) -> bytes:
    """A PLY of (n, 3) points, which may claim another number of them."""
    kind = "ascii" if text else "binary_little_endian"
    axes = "".join(f"property float {axis}\n" for axis in "xyz")
    head = f"ply\nformat {kind} 1.0\nelement vertex {len(points) if claimed is None else claimed}\n{axes}end_header\n"
    rows = (
        "\n".join(f"{x:.5f} {y:.5f} {z:.5f}" for x, y, z in points).encode() if text else points.astype("<f4").tobytes()
    )
    return head.encode() + rows


def _obj(points: np.ndarray, triangles: np.ndarray) -> bytes:
    lines = [f"v {x:.5f} {y:.5f} {z:.5f}" for x, y, z in points.tolist()]
    lines += [f"f {a} {b} {c}" for a, b, c in (triangles + 1).tolist()]
    return "\n".join(lines).encode()


def _stl(points: np.ndarray, triangles: np.ndarray) -> bytes:
    facets = np.zeros(len(triangles), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    facets["corners"] = points[triangles]
    return b"some scanner".ljust(80) + struct.pack("<I", len(facets)) + facets.tobytes()


def _cloud_glb(points: np.ndarray) -> bytes:
    binary = points.astype("<f4").tobytes()
    return _glb(_document(len(points), len(binary)), binary)


def _document(count: int, size: int, nodes: int = 1) -> dict:
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": list(range(nodes))}],
        "nodes": [{"mesh": 0} for _ in range(nodes)],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "mode": 0}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "type": "VEC3", "count": count}],
        "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": size}],
        "buffers": [{"byteLength": size}],
    }


@cache
def whole_files() -> list[File]:
    """Our own body in all formats, and the same skin as a scanner would write it."""
    body, template = load_shape_space().mean_body(), load_template()
    files: list[File] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, write in WRITERS.items():
            path = Path(folder) / f"body.{kind}"
            write(path, body)
            files.append((kind, path.read_bytes()))
    ids, flat = np.unique(template.outer_triangles, return_inverse=True)
    points, triangles = body.vertices[ids] * 100.0, flat.reshape(-1, 3)
    files += [("ply", ply(points)), ("ply", ply(points[::4], text=True)), ("obj", _obj(points, triangles))]
    return [*files, ("stl", _stl(points, triangles)), ("glb", _cloud_glb(points))]


def _cut(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(len(content) * rng.random())]


def _flipped(content: bytes, rng: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    within = min(len(damaged), int(rng.choice([400, 4_000, len(damaged)])))
    for at in rng.integers(0, within, int(rng.integers(1, 65))):
        damaged[at] ^= 1 << int(rng.integers(8))
    return bytes(damaged)


def _overwritten(content: bytes, rng: np.random.Generator) -> bytes:
    """Words of NaN, infinity, zeros or ones somewhere."""
    damaged = bytearray(content)
    word = [b"\xff\xff\xff\x7f", b"\0\0\x80\x7f", b"\0" * 4, b"\xff" * 4, b"nan ", b"1e99"][int(rng.integers(6))]
    start = int(rng.integers(0, len(damaged)))
    for at in range(start, min(start + 4 * int(rng.integers(1, 400)), len(damaged) - 4), 4):
        damaged[at : at + 4] = word
    return bytes(damaged)


def _shuffled(content: bytes, rng: np.random.Generator) -> bytes:
    """Blocks of a bad transfer, in another order or twice."""
    size = int(rng.integers(64, 5_000))
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(blocks[i] for i in rng.integers(0, len(blocks), len(blocks)))


def _renumbered(content: bytes, rng: np.random.Generator) -> bytes:
    """Another number for one of those in the first kilobyte: counts, offsets, versions."""
    head, rest = content[:1500], content[1500:]
    found = list(re.finditer(rb"\d+", head))
    if not found:
        return _flipped(content, rng)
    one = found[int(rng.integers(len(found)))]
    number = [b"0", b"-1", b"4294967295", b"99999999999999999999", b"7", b"1e9"][int(rng.integers(6))]
    return head[: one.start()] + number + head[one.end() :] + rest


CHANGES: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    _cut,
    _flipped,
    _overwritten,
    _shuffled,
    _renumbered,
)


CLAIMS = 14


def claim(number: int) -> File:
    """A small file that claims to be huge, of ``CLAIMS``."""
    few = np.random.default_rng(number).normal(size=(50, 3))
    files: list[File] = [
        ("ply", ply(few, claimed=3_000_000)),
        ("ply", ply(few, claimed=2**63, text=True)),
        ("ply", b"ply\nformat ascii 1.0\n" + b"element vertex 9\nproperty float x\n" * 1_500 + b"end_header\n"),
        (
            "ply",
            b"ply\nformat binary_big_endian 1.0\nelement face 4000000000\nproperty list uchar int v\nend_header\n",
        ),
        ("stl", b"x".ljust(80) + struct.pack("<I", 2**32 - 1) + b"\0" * 500),
        ("glb", _glb(_document(2**40, 600), few.astype("<f4").tobytes())),
        ("glb", _glb(_document(50, 600, nodes=30_000), few.astype("<f4").tobytes())),
        ("glb", _glb(_document(50, 600) | {"nodes": [{"children": [0]}]}, few.astype("<f4").tobytes())),
        ("glb", _glb(_document(50, 600) | {"nodes": [{"children": [1] * 99}, {"children": [0] * 99}]}, b"\0" * 600)),
        ("glb", struct.pack("<IIIII", 0x46546C67, 2, 200_020, 200_000, 0x4E4F534A) + b"[" * 200_000),
        ("obj", b"v 1 2 3\n" * 10 + b"f " + b"1/1 " * 100_000),
        ("obj", b"v 1 2 3\nf " + b"9" * 5_000 + b" 1 2\n"),
        ("obj", b"v " + b"1" * 100_000 + b" 0 0\n"),
        ("stl", b"solid x\nfacet\n" + b"vertex 1 2 3\n" * 10_001),
    ]
    assert len(files) == CLAIMS
    return files[number]


def _odd(rng: np.random.Generator) -> File:
    """Whole files without a person: empty, one place, a line, boxes, noise, several things."""
    count = int(rng.choice([0, 1, 3, 2_000, 6_000]))
    spread = rng.normal(size=(count, 3))
    shapes = [
        spread,
        np.zeros((count, 3)),
        spread * [0, 0, 1.0],
        spread * [1.0, 1.0, 0],
        spread * 1e6,
        np.where(rng.random((count, 3)) < 0.3, np.nan, spread),
        np.concatenate([0.1 * spread + at for at in rng.normal(0, 4, (5, 3))]),
        np.sign(spread) * rng.random((count, 3)),
    ]
    points = shapes[int(rng.integers(len(shapes)))]
    writer = {"ply": ply, "glb": _cloud_glb, "obj": lambda p: _obj(p, np.zeros((0, 3), dtype=int))}
    kind = list(writer)[int(rng.integers(3))]
    return kind, writer[kind](points)


def damaged_file(seed: int) -> File:
    """A suffix and the content of a file that is damaged, lies, or holds no person."""
    rng = np.random.default_rng(seed)
    dice = rng.random()
    if dice < 0.1:
        return claim(int(rng.integers(CLAIMS)))
    if dice < 0.25:
        return _odd(rng)
    files = whole_files()
    kind, content = files[int(rng.integers(len(files)))]
    for _ in range(int(rng.integers(1, 4))):
        content = CHANGES[int(rng.integers(len(CHANGES)))](content, rng) or b""
        if not content:
            break
    return kind, content
