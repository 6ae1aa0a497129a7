# SPDX-License-Identifier: GPL-3.0-or-later
"""Poisson surface reconstruction of a cloud (Open3D): for clouds of unknown order, and to show the difference.

The result is a bare surface: no fixed topology, texture coordinates or rig. Needs the ``scan`` extra.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avatar_engine.body.template import FloatArray

DEPTH = 8
NORMAL_RADIUS = 0.06  # metres
NEIGHBOURS = 30


def reconstruct(cloud: FloatArray, depth: int = DEPTH) -> tuple[FloatArray, npt.NDArray[np.int32]]:
    """Reconstruct a surface through (n, 3) points in metres.

    Returns
    -------
    vertices (v, 3), triangles (t, 3)

    Raises
    ------
    ImportError : without Open3D
    """
    import open3d

    points = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(cloud))
    points.estimate_normals(open3d.geometry.KDTreeSearchParamHybrid(NORMAL_RADIUS, NEIGHBOURS))
    points.orient_normals_consistent_tangent_plane(NEIGHBOURS)
    mesh, _ = open3d.geometry.TriangleMesh.create_from_point_cloud_poisson(points, depth=depth)
    return np.asarray(mesh.vertices), np.asarray(mesh.triangles, dtype=np.int32)
