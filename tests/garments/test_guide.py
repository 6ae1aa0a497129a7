# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked example of docs/adding-a-garment.md is a garment without faults that can be sewn."""

from __future__ import annotations

import re
from pathlib import Path

from avatar_engine.fitting.sew import sew
from garments.check import NEEDED, OPTIONAL, check_garment

GUIDE = (Path(__file__).parents[2] / "docs" / "adding-a-garment.md").read_text("utf-8")


def test_the_worked_example_has_no_faults_and_can_be_sewn(tmp_path):
    for language, file in (("toml", "garment.toml"), ("python", "pattern.py")):
        found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
        (tmp_path / file).write_text(found[1], "utf-8")
    faults, pattern = check_garment(tmp_path)
    assert faults == []
    mesh = sew(pattern, 0.03)
    assert len(mesh.panels) == 3
    # Welded along both sides and around the waist, the skirt is one tube: its open edges are hem and waistband alone.
    assert mesh.count < sum(len(panel.points) for panel in mesh.panels) - 60


def test_every_key_of_a_garment_is_explained():
    for key in (*NEEDED, *OPTIONAL):
        name = (
            f"[{key}]"
            if key
            in (
                "name",
                "slots",
                "cut",
                "slot_fabrics",
                "over_skirt",
                "under_jacket",
                "tucked",
                "target_ease",
                "least_ease",
            )
            else key
        )
        assert f"| `{name}` |" in GUIDE, key
