# SPDX-License-Identifier: GPL-3.0-or-later
"""Surface reconstruction of a cloud, the route without a template: for foreign clouds, and to compare with.

It needs the extra ``scan`` (open3d), imported when it is used. What comes out has no fixed topology, no texture
coordinates, no rig, and usually several pieces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import FloatArray, IntArray

DEPTH = 8
NORMAL_NEIGHBOURS = 30


@dataclass(frozen=True)
class Reconstruction:
    """A reconstructed surface.

    vertices (n, 3) metres; triangles (m, 3); pieces : number of connected components; watertight : no open edge
    """

    vertices: FloatArray
    triangles: IntArray
    pieces: int
    watertight: bool


def reconstruct(cloud: FloatArray) -> Reconstruction:
    """Screened Poisson surface (Kazhdan and Hoppe, 2013) of a cloud (n, 3) in metres.

    Raises
    ------
    ModuleNotFoundError
        open3d is not installed
    """
    import open3d

    points = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(cloud))
    points.estimate_normals(open3d.geometry.KDTreeSearchParamKNN(NORMAL_NEIGHBOURS))
    points.orient_normals_consistent_tangent_plane(NORMAL_NEIGHBOURS)
    mesh, _ = open3d.geometry.TriangleMesh.create_from_point_cloud_poisson(points, depth=DEPTH)
    _, sizes, _ = mesh.cluster_connected_triangles()
    return Reconstruction(
        np.asarray(mesh.vertices, dtype=np.float64),
        np.asarray(mesh.triangles, dtype=np.int32),
        len(sizes),
        bool(mesh.is_watertight()),
    )
