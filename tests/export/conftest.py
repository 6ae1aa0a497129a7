# SPDX-License-Identifier: GPL-3.0-or-later
"""Exported GLBs as the Khronos validator and a plain reader see them."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.export.gltf_read import chunks

GLTF_CHECKS = Path(__file__).parents[1] / "gltf"
COMPONENTS = {5121: "u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Glb:
    """A GLB taken apart by the specification alone."""

    def __init__(self, path: Path) -> None:
        self.document, self.binary = chunks(path.read_bytes())

    def array(self, index: int) -> np.ndarray:
        accessor = self.document["accessors"][index]
        view = self.document["bufferViews"][accessor["bufferView"]]
        width = WIDTHS[accessor["type"]]
        kind = COMPONENTS[accessor["componentType"]]
        values = np.frombuffer(self.binary, kind, accessor["count"] * width, view["byteOffset"])
        return values.reshape(-1, width) if width > 1 else values

    def mesh(self, name: str) -> dict:
        return next(mesh for mesh in self.document["meshes"] if mesh["name"] == name)

    def attribute(self, mesh: str, name: str) -> np.ndarray:
        return self.array(self.mesh(mesh)["primitives"][0]["attributes"][name])

    def triangles(self, mesh: str) -> np.ndarray:
        return np.concatenate([self.array(part["indices"]) for part in self.mesh(mesh)["primitives"]]).reshape(-1, 3)


@pytest.fixture
def validator_report():
    """Function from a GLB's path to the Khronos validator's report."""
    if not (GLTF_CHECKS / "node_modules" / "gltf-validator").is_dir():
        pytest.fail(f"the Khronos validator is not installed: run `npm ci` in {GLTF_CHECKS} (`make test` does)")

    def report(path: Path) -> dict:
        command = ["node", str(GLTF_CHECKS / "validate.js"), str(path)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)

    return report


@pytest.fixture
def open_glb():
    """Function from a GLB's path to its parts."""
    return Glb
