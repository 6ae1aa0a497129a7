# SPDX-License-Identifier: GPL-3.0-or-later
"""Registration: our body laid into a scan of a person who stands about as an A or a T, unclothed or nearly so.

Coarse: principal axes and a few positions of the arms, each fitted quickly by iterated closest points; the best one
goes on. Fine: Gauss-Newton on the distances of scan points to our surface along its normals, over place, bone turns
and shape coefficients, with the population's variances and a standing person's joint angles as prior, and weights
that let clothes, hair and strays go. Needs the ``scan`` extra (Open3D).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import BoolArray, Float32Array, FloatArray, Indices, IntArray, load_template
from avatar_engine.meshing.articulated import (
    Patch,
    Pose,
    Skeleton,
    anatomy,
    carried,
    patch,
    posed_vertices,
    rest_pose,
    rotation,
    rotation_vector,
    skeleton,
    slopes_along,
)
from avatar_engine.meshing.offset import Offset, smooth_offset
from avatar_engine.meshing.scan import Scan, ScanError
from avatar_engine.meshing.solve import load_sampling
from avatar_engine.words import phrase

ARM_LIFTS = (-30.0, 0.0, 25.0, 47.0)  # degrees from the A-pose: hanging, A, between, T
COARSE_POINTS, COARSE_SHAPES = 350, 6
FIRST_ROUNDS, COARSE_ROUNDS, KEPT_STARTS = 2, 5, 7  # rounds for all starts, and for those that then lie closest
FINE_POINTS, LAST_POINTS = 3_000, 12_000
# Rounds of the fine fit: components, and how far (metres) a scan point may lie from where it belongs.
ROUNDS = ((12, 0.12), (12, 0.09), (20, 0.07), (30, 0.05), (60, 0.04), (128, 0.03), *((128, 0.02),) * 6)
NOISE = 0.002  # metres: the least that a scan is taken to err by
CORRELATED = 4.0  # neighbouring points of a scan err together: so many count as one
WORST_MEDIAN, LEAST_NEAR = 0.015, 0.6
NEAR, SEEN_WITHIN = 0.03, 0.015  # metres
LEAST_COSINE = 0.3  # between the normals of a scan point and of where it belongs


@dataclass(frozen=True)
class Fit:
    """A body laid into a scan.

    pose: coefficients and posture; covariance (K, K) of the coefficients; vertices (13718, 3) where the scan is;
    distances (n,) metres from each scan point to our surface, positive outside; offset: the same as a smooth field.
    """

    pose: Pose
    covariance: FloatArray
    vertices: FloatArray
    distances: FloatArray
    offset: Offset


def register(scan: Scan, seed: int = 0) -> Fit:
    """Lay our body into a scan.

    Raises
    ------
    ScanError : what was scanned does not look like a standing person
    ImportError : without Open3D
    """
    rng = np.random.default_rng(seed)
    starts = sorted(_coarse_starts(scan.points, rng), key=lambda found: found[0])
    tried = [_fine(scan, pose, ROUNDS[:6], rng) for _, pose in _distinct(starts)]
    best = min(tried, key=lambda found: found[2])
    pose, covariance, _ = _fine(scan, best[0], ROUNDS[6:], rng)
    return _finished(scan, pose, covariance)


def _distinct(starts: list[tuple[float, Pose]]) -> list[tuple[float, Pose]]:
    """The best start of each of the two likeliest orientations, and the runner-up in the position of the arms."""
    found: list[tuple[float, Pose]] = []
    for score, pose in starts:
        facing = [abs(float(np.trace(pose.turn.T @ other.turn))) for _, other in found]
        if not found or max(facing) < 2.5:
            found.append((score, pose))
        if len(found) == 2:
            break
    return found


def _axes(points: FloatArray) -> list[FloatArray]:
    """The four ways in which a standing body may lie along a cloud's principal axes: (3, 3) turns of our frame."""
    centred = points - np.median(points, axis=0)
    directions = np.linalg.eigh(centred.T @ centred)[1]
    up, side = directions[:, 2], directions[:, 1]
    return [np.stack([a * side, np.cross(b * up, a * side), b * up], axis=1) for a in (1.0, -1.0) for b in (1.0, -1.0)]


def _lifted(pose: Pose, degrees: float) -> Pose:
    names = load_template().bone_names
    turns = pose.rotations.copy()
    for i, bone in enumerate(anatomy().ids):
        side = {"upperarm_l": -1.0, "upperarm_r": 1.0}.get(names[bone])
        if side is not None:
            turns[i] = rotation(np.array([0.0, side * np.radians(degrees), 0.0]))
    return replace(pose, rotations=turns)


def _coarse_starts(points: FloatArray, rng: np.random.Generator) -> list[tuple[float, Pose]]:
    sampling = load_sampling()
    some = rng.choice(len(sampling.triangles), 3 * COARSE_POINTS, replace=False)
    ours = patch(sampling.triangles[some], sampling.weights[some], COARSE_SHAPES)
    theirs = points[rng.choice(len(points), COARSE_POINTS, replace=False)]
    dense = points[rng.choice(len(points), min(len(points), 6 * COARSE_POINTS), replace=False)]
    starts = [_placed(turn, lift, ours, points) for turn in _axes(points) for lift in ARM_LIFTS]
    first = sorted(
        (_coarse_fit(pose, ours, theirs, dense, FIRST_ROUNDS) for pose in starts), key=lambda found: found[0]
    )
    return [_coarse_fit(pose, ours, theirs, dense, COARSE_ROUNDS) for _, pose in first[:KEPT_STARTS]]


def _placed(turn: FloatArray, lift: float, ours: Patch, points: FloatArray) -> Pose:
    """The average body turned so, its arms lifted by so many degrees, moved to where the points are."""
    pose = _lifted(rest_pose(turn), lift)
    placed = carried(ours.mean, ours.weights, skeleton(pose))
    ends, aims = (np.percentile(each @ turn, [1, 99], axis=0) for each in (placed, points))
    return replace(pose, shift=turn @ (aims - ends).mean(axis=0))


def _nearest(targets: FloatArray, queries: FloatArray) -> tuple[FloatArray, Indices]:
    """Distance (n,) to the nearest of (m, 3) targets and which it is."""
    squares = (queries**2).sum(axis=1)[:, None] + (targets**2).sum(axis=1) - 2.0 * queries @ targets.T
    nearest: Indices = squares.argmin(axis=1)
    return np.linalg.norm(queries - targets[nearest], axis=1), nearest


def _coarse_fit(pose: Pose, ours: Patch, theirs: FloatArray, dense: FloatArray, rounds: int) -> tuple[float, Pose]:
    """Closest points both ways, and what distance (metres, trimmed mean) is left."""
    score = np.inf
    back = slice(0, len(ours.mean), 3)
    for _ in range(rounds):
        bones = skeleton(pose)
        placed = carried(ours.mean + ours.basis @ pose.coefficients[:COARSE_SHAPES], ours.weights, bones)
        gap, there = _nearest(placed, theirs)
        gap_back, here = _nearest(dense, placed[back])
        score = _trimmed(gap) + _trimmed(gap_back)
        ids = np.concatenate([there, np.arange(len(placed))[back]])
        wanted = np.concatenate([theirs, dense[here]]) - placed[ids]
        weight = 1.0 / (1.0 + (np.concatenate([gap, gap_back]) / max(2.0 * score, 0.02)) ** 2)
        chosen = Patch(ours.mean[ids], ours.basis[ids], ours.weights[ids])
        rows, gaps = [], []
        for axis in np.eye(3):
            rows.append(slopes_along(chosen, np.tile(axis, (len(ids), 1)), pose, bones))
            gaps.append(wanted @ axis)
        step, _ = _solve(np.concatenate(rows), np.concatenate(gaps), np.tile(weight, 3), 0.03, pose, bones)
        pose = pose.moved(step, bones.above)
    return score, pose


def _trimmed(gaps: FloatArray) -> float:
    return float(np.sort(gaps)[: int(0.9 * len(gaps))].mean())


def _solve(
    slopes: FloatArray, gaps: FloatArray, weights: FloatArray, noise: float, pose: Pose, bones: Skeleton
) -> tuple[FloatArray, FloatArray]:
    """A Gauss-Newton step under the priors, and the system it solved."""
    space, parts = load_shape_space(), anatomy()
    moving = 3 * len(parts.ids)
    components = slopes.shape[1] - 6 - moving
    system = (slopes * weights[:, None]).T @ slopes / noise**2
    pull = slopes.T @ (weights * gaps) / noise**2
    turns = zip(bones.above, pose.rotations, strict=True)
    angles = np.concatenate([base @ rotation_vector(turn) for base, turn in turns])
    stiff = np.concatenate([np.full(6, 1e-6), np.repeat(1.0 / parts.sd**2, 3), 1.0 / space.variances[:components]])
    bent = np.concatenate([np.zeros(6), angles, pose.coefficients[:components]])
    system[np.diag_indices_from(system)] += stiff
    step: FloatArray = np.linalg.solve(system, pull - stiff * bent)
    return step, system


class _Surface:
    """Our outer skin as closest points are asked of it."""

    def __init__(self, vertices: FloatArray) -> None:
        import open3d

        self.triangles = load_template().outer_triangles
        self.vertices = vertices
        self.scene = open3d.t.geometry.RaycastingScene()
        tensor = open3d.core.Tensor.from_numpy
        self.scene.add_triangles(tensor(vertices.astype(np.float32)), tensor(self.triangles.astype(np.uint32)))

    def closest(self, queries: FloatArray) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
        """Triangles (n, 3), barycentric corners (n, 3), points (n, 3) and outward unit normals (n, 3)."""
        import open3d

        found = self.scene.compute_closest_points(open3d.core.Tensor.from_numpy(queries.astype(np.float32)))
        triangles = self.triangles[found["primitive_ids"].numpy().astype(np.int64)]
        uv: Float32Array = found["primitive_uvs"].numpy()
        corners = np.column_stack([1.0 - uv.sum(axis=1), uv]).astype(np.float64)
        points = np.einsum("nk,nki->ni", corners, self.vertices[triangles])
        normals = np.einsum("nk,nki->ni", corners, vertex_normals(self.vertices)[triangles])
        return triangles, corners, points, normals / np.linalg.norm(normals, axis=1, keepdims=True)


def vertex_normals(vertices: FloatArray) -> FloatArray:
    """(13718, 3) outward unit normals of the skin's vertices; zero elsewhere."""
    triangles = load_template().outer_triangles
    corners = vertices[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    sums = [np.bincount(triangles.ravel(), np.repeat(faces[:, axis], 3), len(vertices)) for axis in range(3)]
    normals = np.stack(sums, axis=1)
    unit: FloatArray = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return unit


def _fine(
    scan: Scan, pose: Pose, rounds: tuple[tuple[int, float], ...], rng: np.random.Generator
) -> tuple[Pose, FloatArray, float]:
    """Rounds of the fine fit: the pose, the last round's covariance of the coefficients, and what is left (metres)."""
    system, left = np.eye(6), np.inf
    for components, reach in rounds:
        wanted = LAST_POINTS if components == load_shape_space().size else FINE_POINTS
        some = rng.choice(len(scan.points), min(wanted, len(scan.points)), replace=False)
        theirs, directions = scan.points[some], scan.normals[some]
        bones = skeleton(pose)
        triangles, corners, points, normals = _Surface(posed_vertices(pose, bones)).closest(theirs)
        gap = theirs - points
        along = np.einsum("ni,ni->n", gap, normals)
        agree = _facing(scan.oriented, directions, normals)
        distance = np.linalg.norm(gap, axis=1)
        left = _trimmed(np.minimum(distance + np.where(agree, 0.0, 0.03), 0.2))
        used = np.flatnonzero(agree & (distance < reach))
        noise = max(NOISE, 1.4826 * float(np.median(np.abs(along[used]))))
        weights = 1.0 / (1.0 + (along[used] / (3.0 * noise)) ** 2) ** 2
        slopes = slopes_along(patch(triangles[used], corners[used], components), normals[used], pose, bones)
        step, system = _solve(slopes, along[used], weights / CORRELATED, noise, pose, bones)
        pose = pose.moved(step, bones.above)
    covariance = np.linalg.inv(system)
    first = 6 + 3 * len(anatomy().ids)
    return pose, covariance[first:, first:], left


def _facing(oriented: bool, theirs: FloatArray, ours: FloatArray) -> BoolArray:
    """Which of (n, 3) normals of a scan fit ours: on which side a mesh has its outside, most of its points decide."""
    cosine = np.einsum("ni,ni->n", theirs, ours)
    agree: BoolArray = (cosine * np.sign(np.median(cosine)) if oriented else np.abs(cosine)) > LEAST_COSINE
    return agree


def _finished(scan: Scan, pose: Pose, covariance: FloatArray) -> Fit:
    vertices = posed_vertices(pose, skeleton(pose))
    triangles, corners, points, normals = _Surface(vertices).closest(scan.points)
    gap = scan.points - points
    distances = np.linalg.norm(gap, axis=1) * np.sign(np.einsum("ni,ni->n", gap, normals))
    near = np.abs(distances) < NEAR
    if near.mean() < LEAST_NEAR or np.median(np.abs(distances)) > WORST_MEDIAN:
        share, median = f"{100 * near.mean():.0f}", f"{1000 * np.median(np.abs(distances)):.0f}"
        raise ScanError(phrase("scan_unlike", share=share, median=median), phrase("hint_scan_pose"))
    used = near & _facing(scan.oriented, scan.normals, normals)
    field = smooth_offset(triangles[used], corners[used], distances[used])
    return Fit(pose, covariance, vertices, distances, Offset(field, _beside(points[used], vertices)))


def _beside(points: FloatArray, vertices: FloatArray) -> BoolArray:
    """Which vertices have one of the points close by."""
    import open3d

    clouds = [open3d.geometry.PointCloud(open3d.utility.Vector3dVector(each)) for each in (vertices, points)]
    beside: BoolArray = np.asarray(clouds[0].compute_point_cloud_distance(clouds[1])) < SEEN_WITHIN
    return beside
