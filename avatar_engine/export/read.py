# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading our own bodies back from GLB, OBJ, PLY and STL; other meshes are refused with a reason."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from avatar_engine.body.template import VERTEX_COUNT, FloatArray, IntArray, load_template
from avatar_engine.errors import AvatarError
from avatar_engine.export.frames import to_z_up
from avatar_engine.export.gltf_read import GltfReadError, mesh_positions
from avatar_engine.export.gltf_surface import split_corners
from avatar_engine.export.ply import FACE, HEADER
from avatar_engine.export.stl import FACET, HEADER_SIZE, MILLIMETRES
from avatar_engine.system_errors import why_unread
from avatar_engine.words import Phrase, phrase

LARGEST_FILE = 64 * 2**20
WELD = 1e-5
REMAKE, FOREIGN = phrase("hint_mesh_remake"), phrase("hint_mesh_foreign")
MARKS = (b"Atelier body", b'"generator":"Atelier')  # what our own files say of themselves in their first bytes
HEAD = 4096


class MeshError(AvatarError):
    """A mesh file cannot be read, or not as what was asked for."""

    def __init__(self, path: Path, found: Phrase | str, hint: Phrase, expected: Phrase | None = None) -> None:
        self.path, self.found, self.hint = path, found, hint
        self.expected = expected or phrase("mesh_a_person")
        text = phrase("error_mesh", path=path, expected=self.expected, found=found)
        super().__init__(phrase("error_with_hint", text=text, hint=hint))


class OtherMeshError(MeshError):
    """A mesh file is not one of our bodies, or a damaged one."""

    def __init__(self, path: Path, found: Phrase | str, hint: Phrase) -> None:
        super().__init__(path, found, hint, phrase("mesh_ours", count=VERTEX_COUNT))


def is_ours(path: Path) -> bool:
    """Whether a file says that this package wrote it, be it whole or damaged."""
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return False
    return any(mark in head for mark in MARKS)


def read_vertices(path: Path) -> FloatArray:
    """(13718, 3) vertices of a body that this package wrote, metres, Z up, in the template's order.

    Raises ``MeshError`` when the file cannot be read, is damaged, is larger than 64 MB or has another topology.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise MeshError(path, phrase("mesh_suffix", suffix=path.suffix), phrase("hint_mesh_suffix", known=known))
    with np.errstate(invalid="ignore", over="ignore"):  # numbers that are none are refused below
        vertices = reader(path, read_content(path, LARGEST_FILE))
    if not np.isfinite(vertices).all() or np.abs(vertices).max() > 10.0:
        raise OtherMeshError(path, phrase("mesh_coordinates"), REMAKE)
    return vertices


def read_content(path: Path, largest: int) -> bytes:
    """All bytes of a file; raises ``MeshError`` when it cannot be read or is larger than ``largest`` bytes."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            content = stream.read(size) if size <= largest else b""
    except OSError as error:
        raise MeshError(path, phrase("mesh_unreadable"), why_unread(error, path)) from error
    if size > largest:
        raise MeshError(path, phrase("mesh_large", limit=largest // 2**20), phrase("hint_mesh_size"))
    return content


def _read_obj(path: Path, content: bytes) -> FloatArray:
    lines = content.splitlines()
    rows = [line.split()[1:] for line in lines if line.startswith(b"v ")]
    faces = [line.split()[1:] for line in lines if line.startswith(b"f ")]
    if len(rows) != VERTEX_COUNT:
        raise OtherMeshError(path, phrase("mesh_vertices", count=len(rows)), FOREIGN)
    try:
        points = np.array(rows, dtype=np.float64)
        quads = np.array([[corner.split(b"/")[0] for corner in face] for face in faces], dtype=np.int64) - 1
    except (ValueError, OverflowError) as error:
        raise OtherMeshError(path, phrase("mesh_damaged"), REMAKE) from error
    if points.ndim != 2 or points.shape[1] != 3:
        raise OtherMeshError(path, phrase("mesh_damaged"), REMAKE)
    _require_our_quads(path, quads)
    return to_z_up(points)


def _read_ply(path: Path, content: bytes) -> FloatArray:
    quads = load_template().quads
    header = HEADER.format(vertices=VERTEX_COUNT, faces=len(quads)).encode("ascii")
    if not content.startswith(header):
        raise OtherMeshError(path, phrase("mesh_header", kind="PLY"), FOREIGN)
    body = content[len(header) :]
    size = VERTEX_COUNT * 12
    if len(body) != size + len(quads) * FACE.itemsize:
        raise OtherMeshError(path, phrase("mesh_short"), REMAKE)
    _require_our_quads(path, np.frombuffer(body[size:], dtype=FACE)["vertices"])
    return np.frombuffer(body[:size], dtype="<f4").reshape(-1, 3).astype(np.float64)


def _read_stl(path: Path, content: bytes) -> FloatArray:
    triangles = load_template().triangles
    if content.startswith(b"solid") and b"facet" in content[:1024]:
        raise OtherMeshError(path, phrase("mesh_text_stl"), FOREIGN)
    facets = content[HEADER_SIZE + 4 :]
    if len(content) < HEADER_SIZE + 4 or len(facets) != len(triangles) * FACET.itemsize:
        raise OtherMeshError(path, phrase("mesh_triangles", count=len(facets) // FACET.itemsize), FOREIGN)
    if struct.unpack_from("<I", content, HEADER_SIZE)[0] != len(triangles):
        raise OtherMeshError(path, phrase("mesh_short"), REMAKE)
    corners = np.frombuffer(facets, dtype=FACET)["corners"].astype(np.float64) / MILLIMETRES
    return _weld(path, corners.reshape(-1, 3), triangles.ravel())


def _read_glb(path: Path, content: bytes) -> FloatArray:
    template = load_template()
    corner_uvs = template.uvs[template.quad_uvs[:, [0, 1, 2, 0, 2, 3]]].reshape(-1, 3, 2)
    ids, _, _ = split_corners(template.triangles, corner_uvs)
    try:
        positions = mesh_positions(content, "body")
    except GltfReadError as error:
        raise OtherMeshError(path, str(error), REMAKE) from error
    if len(positions) < len(ids):
        raise OtherMeshError(
            path, phrase("mesh_some_corners", count=len(positions), whole=len(ids)), phrase("hint_mesh_dressed")
        )
    if len(positions) > len(ids):
        raise OtherMeshError(path, phrase("mesh_corners", count=len(positions)), FOREIGN)
    return to_z_up(_weld(path, positions, ids))


def _weld(path: Path, points: FloatArray, ids: IntArray) -> FloatArray:
    """Vertices from the (k, 3) points that share them, which must agree."""
    vertices = np.empty((VERTEX_COUNT, 3))
    vertices[ids] = points
    if not np.abs(vertices[ids] - points).max() < WELD:
        raise OtherMeshError(path, phrase("mesh_joins"), FOREIGN)
    return vertices


def _require_our_quads(path: Path, quads: IntArray) -> None:
    """The same faces in any order, each with any first corner."""
    ours = load_template().quads
    if quads.shape != ours.shape or not np.array_equal(_sorted_faces(quads), _sorted_faces(ours)):
        raise OtherMeshError(path, phrase("mesh_other_faces"), FOREIGN)


def _sorted_faces(quads: IntArray) -> IntArray:
    within = np.sort(quads, axis=1)
    faces: IntArray = within[np.lexsort(within.T[::-1])]
    return faces


READERS: dict[str, Callable[[Path, bytes], FloatArray]] = {
    ".glb": _read_glb,
    ".obj": _read_obj,
    ".ply": _read_ply,
    ".stl": _read_stl,
}
