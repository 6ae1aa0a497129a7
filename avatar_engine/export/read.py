# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading our own bodies back from GLB, OBJ, PLY and STL; other meshes are refused with a reason."""

from __future__ import annotations

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

LARGEST_FILE = 64 * 2**20
WELD = 1e-5
OURS = f"a body as atelier writes it ({VERTEX_COUNT:,} vertices in their order)"
REMAKE = "Write it again with `atelier body`"
FOREIGN = "Scans and other programs' meshes have their own vertices and cannot be measured yet"


class MeshError(AvatarError):
    """A mesh file cannot be read as one of our bodies."""

    def __init__(self, path: Path, found: str, hint: str) -> None:
        self.path, self.found, self.hint = path, found, hint
        super().__init__(f"{path}: expected {OURS}, found {found}. {hint}")


def read_vertices(path: Path) -> FloatArray:
    """(13718, 3) vertices of a body that this package wrote, metres, Z up, in the template's order.

    Raises ``MeshError`` when the file cannot be read, is damaged, is larger than 64 MB or has another topology.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise MeshError(path, f"a '{path.suffix}' file", "Give a file ending in " + ", ".join(sorted(READERS)))
    vertices = reader(path, _content(path))
    if not np.isfinite(vertices).all() or np.abs(vertices).max() > 10.0:
        raise MeshError(path, "coordinates that are not a person's in metres", REMAKE)
    return vertices


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise MeshError(path, f"nothing readable ({error.strerror})", "Check the path") from error
    if len(content) > LARGEST_FILE:
        raise MeshError(path, f"more than {LARGEST_FILE // 2**20} MB", FOREIGN)
    return content


def _read_obj(path: Path, content: bytes) -> FloatArray:
    lines = content.splitlines()
    rows = [line.split()[1:] for line in lines if line.startswith(b"v ")]
    faces = [line.split()[1:] for line in lines if line.startswith(b"f ")]
    if len(rows) != VERTEX_COUNT:
        raise MeshError(path, f"{len(rows):,} vertices", FOREIGN)
    try:
        points = np.array(rows, dtype=np.float64)
        quads = np.array([[corner.split(b"/")[0] for corner in face] for face in faces], dtype=np.int64) - 1
    except (ValueError, OverflowError) as error:
        raise MeshError(path, "a damaged line", REMAKE) from error
    if points.ndim != 2 or points.shape[1] != 3:
        raise MeshError(path, "vertices without three coordinates", REMAKE)
    _require_our_quads(path, quads)
    return to_z_up(points)


def _read_ply(path: Path, content: bytes) -> FloatArray:
    quads = load_template().quads
    header = HEADER.format(vertices=VERTEX_COUNT, faces=len(quads)).encode("ascii")
    if not content.startswith(header):
        raise MeshError(path, "another header", FOREIGN)
    body = content[len(header) :]
    size = VERTEX_COUNT * 12
    if len(body) != size + len(quads) * FACE.itemsize:
        raise MeshError(path, f"{len(body):,} bytes of data", f"The file is cut short or has grown. {REMAKE}")
    _require_our_quads(path, np.frombuffer(body[size:], dtype=FACE)["vertices"])
    return np.frombuffer(body[:size], dtype="<f4").reshape(-1, 3).astype(np.float64)


def _read_stl(path: Path, content: bytes) -> FloatArray:
    triangles = load_template().triangles
    if content.startswith(b"solid") and b"facet" in content[:1024]:
        raise MeshError(path, "a text STL", FOREIGN)
    facets = content[HEADER_SIZE + 4 :]
    if len(content) < HEADER_SIZE + 4 or len(facets) != len(triangles) * FACET.itemsize:
        raise MeshError(path, f"{len(facets) // FACET.itemsize:,} triangles", FOREIGN)
    if struct.unpack_from("<I", content, HEADER_SIZE)[0] != len(triangles):
        raise MeshError(path, "a count of triangles that its data does not have", REMAKE)
    corners = np.frombuffer(facets, dtype=FACET)["corners"].astype(np.float64) / MILLIMETRES
    return _weld(path, corners.reshape(-1, 3), triangles.ravel())


def _read_glb(path: Path, content: bytes) -> FloatArray:
    template = load_template()
    corner_uvs = template.uvs[template.quad_uvs[:, [0, 1, 2, 0, 2, 3]]].reshape(-1, 3, 2)
    ids, _, _ = split_corners(template.triangles, corner_uvs)
    try:
        positions = mesh_positions(content, "body")
    except GltfReadError as error:
        raise MeshError(path, str(error), REMAKE) from error
    if len(positions) < len(ids):
        hint = "A dressed avatar's file leaves out the skin under its clothes: measure the plain body"
        raise MeshError(path, f"{len(positions):,} of {len(ids):,} corners", f"{hint}. {REMAKE}")
    if len(positions) > len(ids):
        raise MeshError(path, f"{len(positions):,} corners", FOREIGN)
    return to_z_up(_weld(path, positions, ids))


def _weld(path: Path, points: FloatArray, ids: IntArray) -> FloatArray:
    """Vertices from the (k, 3) points that share them, which must agree."""
    vertices = np.empty((VERTEX_COUNT, 3))
    vertices[ids] = points
    if not np.abs(vertices[ids] - points).max() < WELD:
        raise MeshError(path, "triangles that do not join as ours do", FOREIGN)
    return vertices


def _require_our_quads(path: Path, quads: IntArray) -> None:
    """The same faces in any order, each with any first corner."""
    ours = load_template().quads
    if quads.shape != ours.shape or not np.array_equal(_sorted_faces(quads), _sorted_faces(ours)):
        raise MeshError(path, "other faces", FOREIGN)


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
