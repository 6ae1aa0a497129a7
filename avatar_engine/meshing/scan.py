# SPDX-License-Identifier: GPL-3.0-or-later
"""A scan made ready: its unit guessed, floor, strays and other objects taken away, thinned, with normals.

Needs the ``scan`` extra (Open3D).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import BoolArray, FloatArray, IntArray
from avatar_engine.errors import AvatarError
from avatar_engine.export.foreign.surface import Surface
from avatar_engine.words import Phrase, phrase

METRES_PER_UNIT = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}
STATURES = (1.25, 2.25)  # metres: what counts as a standing adult, hair and missing soles included
MOST_WORKED = 60_000  # points that the registration sees
MOST_SORTED, SPREAD_POINTS = 400_000, 120_000  # points that cleaning sees: of a cloud, and laid on a mesh
CELLS = 110  # along the longest side: the grain in which objects are told apart
PLANE_GRAIN, MOST_PLANES = 0.006, 4  # thickness of a plane as a share of the scene; how many are looked for
PLANE_SHARE = 0.12  # of all points that a floor or wall has at least
LEAST_POINTS = 1_500
FRAGMENT, FRAGMENT_ROOM = (0.001, 0.3), 0.3  # size against the person; how far off, as a share of the longest side


class ScanError(AvatarError):
    """A scan cannot be registered; says what was found and what would help."""

    def __init__(self, found: Phrase, hint: Phrase) -> None:
        super().__init__(phrase("error_with_hint", text=found, hint=hint))


@dataclass(frozen=True)
class Scan:
    """One person's points (n, 3) in metres about their middle, unit normals (n, 3), and what was done to the file.

    oriented: whether the normals all point to one side of the surface (a mesh), or each is known up to its sign;
    unit: name of the file's unit; removed: share of the file's points left out; objects: how many were told apart.
    """

    points: FloatArray
    normals: FloatArray
    oriented: bool
    unit: str
    removed: float
    objects: int


def prepare(surface: Surface, unit: str | None = None, seed: int = 0) -> Scan:
    """The person in a surface or cloud.

    Parameters
    ----------
    surface : in its own unit and any frame
    unit : key of ``METRES_PER_UNIT``; None to guess it from the size

    Raises
    ------
    ScanError : no object of a person's size, or too few points
    ImportError : without Open3D
    """
    if len(surface.points) < LEAST_POINTS:
        raise _too_few(len(surface.points))
    rng = np.random.default_rng(seed)
    points, directions = _spread(surface, rng)
    rest = np.flatnonzero(_beside_planes(points))
    objects = [rest[members] for members in _objects(points[rest])]
    person, found_unit = _person(objects, points, unit)
    inside = person[_not_stray(points[person])]
    if len(inside) < LEAST_POINTS:
        raise _too_few(len(inside))
    chosen = inside[_thinned(len(inside), MOST_WORKED, rng)]
    middle = np.median(points[chosen], axis=0)  # far from the origin, Open3D's single precision would show
    metres = (points[chosen] - middle) * METRES_PER_UNIT[found_unit]
    normals = _normals(metres) if directions is None else directions[chosen]
    removed = 1.0 - len(inside) / len(points)
    return Scan(metres, normals, directions is not None, found_unit, removed, len(objects))


def _spread(surface: Surface, rng: np.random.Generator) -> tuple[FloatArray, FloatArray | None]:
    """Points evenly over the triangles with their normals, or a cloud's own points, not too many."""
    if len(surface.triangles) == 0:
        return surface.points[_thinned(len(surface.points), MOST_SORTED, rng)], None
    corners = surface.points[surface.triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(faces, axis=1)
    if not area.sum() > 0.0:
        raise _too_few(0)
    picked = rng.choice(len(area), SPREAD_POINTS, p=area / area.sum())
    share = rng.dirichlet([1.0, 1.0, 1.0], SPREAD_POINTS)
    return np.einsum("nk,nki->ni", share, corners[picked]), faces[picked] / area[picked, None]


def _too_few(count: int) -> ScanError:
    return ScanError(phrase("scan_few", count=count), phrase("hint_scan_points", least=LEAST_POINTS))


def _thinned(count: int, most: int, rng: np.random.Generator) -> IntArray:
    if count <= most:
        return np.arange(count, dtype=np.int32)
    return np.sort(rng.choice(count, most, replace=False)).astype(np.int32)


def _size(points: FloatArray) -> float:
    """Extent of all but one point in two hundred, along the longest side."""
    low, high = np.percentile(points, [0.25, 99.75], axis=0)
    return float((high - low).max())


def _beside_planes(points: FloatArray) -> BoolArray:
    """Points that are no floor and no wall: those are planes with the whole rest on one side."""
    keep = np.ones(len(points), dtype=bool)
    near = PLANE_GRAIN * _size(points)
    for _ in range(MOST_PLANES):
        if near <= 0.0 or keep.sum() < 100:
            break
        distance = _plane_distances(points, keep, near)
        inliers = keep & (np.abs(distance) < near)
        beside = distance[keep & (np.abs(distance) > 2.0 * near)]
        one_sided = max((beside > 0.0).mean(), (beside < 0.0).mean()) if len(beside) else 0.0
        # A back or a belly fills the slab around its plane; a floor lies in the middle of it.
        flat = (np.abs(distance[inliers]) < near / 3.0).mean() if inliers.any() else 0.0
        if inliers.sum() < PLANE_SHARE * keep.sum() or one_sided < 0.97 or flat < 0.8:
            break
        keep &= ~inliers
    return keep


def _plane_distances(points: FloatArray, keep: BoolArray, near: float) -> FloatArray:
    """Signed distances (n,) from the plane on which most of the kept points lie."""
    import open3d

    open3d.utility.random.seed(0)
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points[keep]))
    plane, _ = cloud.segment_plane(near, 3, 400)
    distance: FloatArray = points @ np.array(plane[:3]) + plane[3]
    on_it = points[keep & (np.abs(distance) < near)]
    if len(on_it) < 3:
        return distance
    middle = on_it.mean(axis=0)
    normal = np.linalg.svd((on_it - middle).T @ (on_it - middle))[0][:, -1]
    refined: FloatArray = (points - middle) @ normal
    return refined


def _objects(points: FloatArray) -> list[IntArray]:
    """Groups of points that hang together, in the grain of ``CELLS``; the largest first."""
    import open3d

    if len(points) == 0:
        return []
    spacing = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points)).compute_nearest_neighbor_distance()
    cell = max(_size(points) / CELLS, 1.5 * float(np.median(np.asarray(spacing))), 1e-9)
    grid = np.floor((points - points.min(axis=0)) / cell).astype(np.int64)
    _, members = np.unique(grid, axis=0, return_inverse=True)
    members = members.reshape(-1)
    counts = np.bincount(members)
    centres = np.stack([np.bincount(members, points[:, axis]) for axis in range(3)], axis=1) / counts[:, None]
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(centres))
    labels = np.array(cloud.cluster_dbscan(2.2 * cell, 1))[members]
    groups = [np.flatnonzero(labels == label).astype(np.int32) for label in range(labels.max() + 1)]
    return sorted(groups, key=len, reverse=True)


def _extent(points: FloatArray) -> float:
    """Extent along the direction of greatest variance."""
    centred = points - points.mean(axis=0)
    direction = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    low, high = np.percentile(centred @ direction, [0.1, 99.9])
    return float(high - low)


def _person(groups: list[IntArray], points: FloatArray, unit: str | None) -> tuple[IntArray, str]:
    """The largest group of a standing adult's size, with what is scattered around it, and the unit."""
    units = [unit] if unit else list(METRES_PER_UNIT)
    large = [group for group in groups[:8] if len(group) >= 0.05 * sum(len(each) for each in groups)]
    for group in large:
        extent = _extent(points[group])
        for name in units:
            if STATURES[0] <= extent * METRES_PER_UNIT[name] <= STATURES[1]:
                return _with_fragments(group, groups, points), name
    sizes = ", ".join(f"{_extent(points[group]):.4g}" for group in large or groups[:1]) or "0"
    if unit:
        raise ScanError(phrase("scan_no_person_in_unit", sizes=sizes, unit=unit), phrase("hint_scan_unit"))
    raise ScanError(phrase("scan_no_person", sizes=sizes), phrase("hint_scan_crop"))


def _with_fragments(group: IntArray, groups: list[IntArray], points: FloatArray) -> IntArray:
    """A group together with smaller ones in and around its box: hands and feet that holes have cut off."""
    low, high = points[group].min(axis=0), points[group].max(axis=0)
    room = FRAGMENT_ROOM * float((high - low).max())
    small = [each for each in groups if each is not group and FRAGMENT[0] <= len(each) / len(group) <= FRAGMENT[1]]
    inside = (points >= low - room).all(axis=1) & (points <= high + room).all(axis=1)
    around = [each for each in small if inside[each].mean() > 0.9]
    return np.concatenate([group, *around])


def _not_stray(points: FloatArray) -> BoolArray:
    import open3d

    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points))
    _, kept = cloud.remove_statistical_outlier(12, 3.0)
    mask = np.zeros(len(points), dtype=bool)
    mask[kept] = True
    return mask


def _normals(points: FloatArray) -> FloatArray:
    """(n, 3) unit normals of unknown sign, from each point's neighbours."""
    import open3d

    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points))
    cloud.estimate_normals(open3d.geometry.KDTreeSearchParamHybrid(0.04, 30))
    return np.asarray(cloud.normals)
