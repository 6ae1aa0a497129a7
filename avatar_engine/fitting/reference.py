# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments draped once on the mean body and kept among the assets, for ``live`` to carry to other bodies.

``python -m avatar_engine.fitting.reference`` drapes the whole wardrobe again; needed when a cut or a block changes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np

from avatar_engine import assets
from avatar_engine.body.pose import REST
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.errors import AssetError
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.fitter import VERTICES, fit_outfit
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import PanelMesh, SewnMesh, edge_length_for, sew
from avatar_engine.fitting.sizing import draft, pattern_for
from avatar_engine.look import GarmentChoice
from avatar_engine.words import phrase
from garments import Dimensions, GarmentSpec, Pattern, catalogue
from garments.catalogue import Waistband
from garments.sizes import MADE_TO_MEASURE

QUALITY = "live"
REFERENCE_BOTTOM = "trousers-straight"
RANGE = 4.0  # metres: coordinates are stored as 16 bits of it
SAME_CUT = 1e-3  # metres


@dataclass(frozen=True)
class Reference:
    """A garment on the mean body in its A-pose: sewn mesh, positions (n, 3), bones that carry it (n, 4)."""

    mesh: SewnMesh
    vertices: FloatArray
    bone_indices: IntArray
    bone_weights: FloatArray


@cache
def mean_body() -> Body:
    """The body that references are draped on."""
    return load_shape_space().mean_body()


@cache
def mean_dimensions() -> Dimensions:
    """Its dimensions for the pattern cutter."""
    return body_dimensions(mean_body())


def reference_spec(spec: GarmentSpec) -> GarmentSpec:
    """The spec whose drape is carried to all bodies: tucked into REFERENCE_BOTTOM or under a jacket where it is."""
    own, band = catalogue()[spec.id], catalogue()[REFERENCE_BOTTOM].waistband
    own = own.for_outfit(fluted=False, under_jacket=spec.is_under_jacket)
    return own.tucked_in(band) if spec.is_tucked and band is not None else own


def file_name(spec: GarmentSpec) -> str:
    """The asset that holds a garment's reference."""
    return f"drape-{spec.id}{'-tucked' if spec.is_tucked else ''}.npz"


def drape_reference(spec: GarmentSpec, quality: str = QUALITY) -> Reference:
    """Cut, sew and drape a garment on the mean body; seconds of work."""
    pattern = pattern_for(mean_dimensions(), spec, MADE_TO_MEASURE)
    mesh = sew(pattern, edge_length_for(pattern, VERTICES[quality]))
    choices = [GarmentChoice(spec.id, tucked=spec.is_tucked)]
    if spec.is_tucked:
        choices.append(GarmentChoice(REFERENCE_BOTTOM))
    worn = fit_outfit(mean_body(), choices, REST, quality).garments[-1]
    rows = slice(mesh.count)  # what hangs on the cloth, buttons and pockets, comes after it
    return Reference(mesh, worn.vertices[rows], worn.bone_indices[rows], worn.bone_weights[rows])


def encode(reference: Reference) -> bytes:
    """The content of the asset file."""
    mesh, stream = reference.mesh, io.BytesIO()
    counts = [len(panel.edges[edge.name]) - 1 for panel in mesh.panels for edge in panel.panel.edges]
    np.savez_compressed(
        stream,
        vertices=_packed(reference.vertices),
        bone_indices=reference.bone_indices.astype(np.uint8),
        bone_weights=np.round(reference.bone_weights * 65535.0).astype(np.uint16),
        counts=np.array(counts, dtype=np.uint16),
        sizes=np.array([[len(panel.points), len(panel.triangles)] for panel in mesh.panels], dtype=np.uint16),
        points=np.concatenate([panel.points for panel in mesh.panels]).astype(np.float32),
        triangles=np.concatenate([panel.triangles for panel in mesh.panels]).astype(np.uint16),
        welds=np.concatenate(mesh.welds).astype(np.uint16),
    )
    return stream.getvalue()


def load_reference(spec: GarmentSpec) -> Reference:
    """A garment's reference; raises ``AssetError`` where it is missing, damaged or of another cut."""
    held = assets.load_arrays(file_name(spec))
    pattern = draft(mean_dimensions(), spec, MADE_TO_MEASURE)
    try:
        mesh = _mesh(pattern, held)
    except (KeyError, ValueError, IndexError) as error:
        raise _outdated(spec) from error
    for panel in mesh.panels:
        starts = np.array([panel.points[panel.edges[edge.name][0]] for edge in panel.panel.edges])
        drawn = np.array([edge.points[0] for edge in panel.panel.edges]) * 0.01
        if np.abs(starts - drawn).max() > SAME_CUT:
            raise _outdated(spec)
    weights = held["bone_weights"].astype(np.float64)
    return Reference(
        mesh,
        held["vertices"].astype(np.float64) * (RANGE / 65535.0) - 0.5 * RANGE,
        held["bone_indices"].astype(np.int32),
        weights / weights.sum(axis=1, keepdims=True),
    )


def _outdated(spec: GarmentSpec) -> AssetError:
    return AssetError(file_name(spec), phrase("a_drape_of_this_cut", garment=spec.id), phrase("hint_drape_again"))


def _packed(points: FloatArray) -> IntArray:
    packed: IntArray = np.round((points + 0.5 * RANGE) * (65535.0 / RANGE)).astype(np.uint16)
    return packed


def _mesh(pattern: Pattern, held: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]) -> SewnMesh:
    counts = held["counts"].astype(int).tolist()
    ends = np.cumsum(held["sizes"].astype(int), axis=0)
    panels, welds, point, triangle = [], [], 0, 0
    for panel, (last_point, last_triangle) in zip(pattern.panels, ends.tolist(), strict=True):
        own = [counts.pop(0) for _ in panel.edges]
        starts = np.cumsum([0, *own])
        edges = {
            edge.name: np.arange(first, last + 1, dtype=np.int32) % starts[-1]
            for edge, first, last in zip(panel.edges, starts, starts[1:], strict=False)
        }
        points = held["points"][point:last_point].astype(np.float64)
        panels.append(PanelMesh(panel, points, held["triangles"][triangle:last_triangle].astype(np.int32), edges))
        welds.append(held["welds"][point:last_point].astype(np.int32))
        point, triangle = last_point, last_triangle
    triangles = np.concatenate([ids[mesh.triangles] for mesh, ids in zip(panels, welds, strict=True)])
    uvs = np.concatenate([mesh.points[mesh.triangles] for mesh in panels])
    owners = np.repeat(np.arange(len(panels)), [len(mesh.triangles) for mesh in panels]).astype(np.int32)
    return SewnMesh(pattern, tuple(panels), tuple(welds), int(triangles.max()) + 1, triangles, uvs, owners)


def _keep(spec: GarmentSpec) -> None:
    (assets.FOLDER / file_name(spec)).write_bytes(encode(drape_reference(spec)))
    print(file_name(spec))


def main() -> None:
    """Drape every garment that is cut from a pattern on the mean body, into the assets."""
    for spec in catalogue().values():
        if spec.source == "pattern" and MADE_TO_MEASURE in spec.size_names():
            _keep(spec)
        if spec.tucked:
            _keep(reference_spec(spec.tucked_in(Waistband(0.0, 0.0))))
    assets.write_manifest()


if __name__ == "__main__":
    main()
