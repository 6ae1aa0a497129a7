# SPDX-License-Identifier: GPL-3.0-or-later
import json
import subprocess
import sys

import pytest

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.export import write_glb

READ = """
import json, sys, bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=sys.argv[1])
body, rig = bpy.data.objects["body"], bpy.data.objects["rig"]
bone = rig.pose.bones["upperarm_l"]
bone.rotation_mode = "XYZ"
before = [vertex.co.copy() for vertex in body.data.vertices]
bone.rotation_euler = (0.0, 0.0, 0.5)
after = body.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.vertices
moved = [(old - new.co).length > 0.05 for old, new in zip(before, after)]
facts = {"size": list(body.dimensions), "bones": sorted(bone.name for bone in rig.data.bones), "moved": sum(moved),
         "moved_right": sum(move and old.x < 0 for move, old in zip(moved, before)), "vertices": len(before)}
print("FACTS", json.dumps(facts))
"""


def test_blender_reads_a_body_at_its_size_with_a_rig_that_moves_it(tmp_path):
    pytest.importorskip("bpy")
    body, path = load_shape_space().mean_body(), tmp_path / "person.glb"
    write_glb(path, body)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("FACTS"))[5:])
    assert max(facts["size"]) == pytest.approx(body.vertices[:, 2].max(), abs=1e-3)
    assert facts["bones"] == sorted(load_template().bone_names)
    assert 0.02 < facts["moved"] / facts["vertices"] < 0.4
    assert facts["moved_right"] == 0
