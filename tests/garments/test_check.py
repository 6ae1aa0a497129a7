# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever adds a garment is told what is wrong in its folder, with file and key, in both languages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import garments
from garments import catalogue
from garments.check import check_garment, crosses_itself
from render_service.cli import main

WARDROBE = Path(garments.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pencil skirt's folder."""
    return Path(shutil.copytree(WARDROBE / "skirt_pencil", tmp_path / "mine"))


def change(folder: Path, old: str, new: str, file: str = "garment.toml") -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def found(folder: Path) -> set[tuple[str, str, str]]:
    return {(fault.file, fault.key, fault.kind) for fault in check_garment(folder)[0]}


@pytest.mark.parametrize("spec", catalogue().values(), ids=lambda spec: spec.id)
def test_nothing_is_wrong_in_the_wardrobe(spec):
    faults, pattern = check_garment(WARDROBE / spec.folder)
    assert faults == []
    assert (pattern is not None) == (spec.source == "pattern")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('fabric = "wool"\n', "", ("fabric", "missing")),
        ('fabric = "wool"', 'fabric = "wol"', ("fabric", "value")),
        ("layer = 2", "layer = 9", ("layer", "value")),
        ('sizes = "alpha"', 'sizes = "alfa"', ("sizes", "value")),
        ("covers = [", 'colour = "red"\ncovers = [', ("colour", "unknown")),
        ('trim = "#40414a"', 'trim = "grey"', ("slots.trim", "value")),
        ("[name]", '[slot_fabrics]\nbuttons = "wood"\n\n[name]', ("slot_fabrics.buttons", "value")),
        ('fr = "Jupe crayon"\n', "", ("name.fr", "missing")),
        ('id = "skirt-pencil"', "id = skirt", ("", "unreadable")),
        ("[target_ease]\nwaist_girth = 0.01", "[target_ease]\nwaist_girth = 0.05", ("target_ease.waist_girth", "ease")),
        ("[target_ease]\n", "[least_ease]\nhip_girth = 0.08\n\n[target_ease]\n", ("least_ease.hip_girth", "ease")),
        ("[target_ease]\n", "[target_ease]\nchest_girth = 0.1\n", ("target_ease.chest_girth", "no_girth")),
        ("[target_ease]\n", "[target_ease]\nknee = 0.1\n", ("target_ease.knee", "value")),
        ("[target_ease]\nwaist_girth = 0.01", "[target_ease]\nwaist_girth = 1", ("target_ease.waist_girth", "value")),
    ],
)
def test_a_mistake_in_the_spec_is_named(folder, old, new, expected):
    change(folder, old, new)
    assert ("garment.toml", *expected) in found(folder)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("heel_mm = 70", "heel_mm = 400", ("cut.heel_mm", "value")),
        ("heel_mm = 70", 'heel_mm = "high"', ("cut.heel_mm", "value")),
        ("heel_tip = 0.3\n", "", ("cut.heel_tip", "missing")),
        ('heel = "#1f1c1e"\n', "", ("slots.heel", "missing")),
        ('source = "last"', 'source = "tights"', ("cut.heel_mm", "unknown")),
    ],
)
def test_a_mistake_in_a_heel_is_named(tmp_path, old, new, expected):
    shoes = Path(shutil.copytree(WARDROBE / "shoes_court", tmp_path / "mine"))
    change(shoes, old, new)
    assert ("garment.toml", *expected) in found(shoes)


def program(folder: Path, body: str) -> None:
    head = "from dataclasses import replace\nfrom garments.blocks.skirts import tube_skirt\n"
    head += "from garments.pattern import Edge, Pattern, Seam\n\n\n"
    head += "def draft(dims, cut):\n    made = tube_skirt(dims, cut)\n"
    (folder / "pattern.py").write_text(head + "".join(f"    {line}\n" for line in body.splitlines()), "utf-8")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return replace(made, girths_cm={})", ("girths_cm", "no_girths")),
        ("return replace(made, seams=(*made.seams, made.seams[0]))", ("front.side_left", "edge_twice")),
        ("return replace(made, panels=(*made.panels, made.panels[0]))", ("front", "panel_twice")),
        (
            "return replace(made, seams=(*made.seams, Seam(('front', 'pocket'), ('back_left', 'hem'))))",
            ("front.pocket", "no_edge"),
        ),
        (
            "return replace(made, seams=(*made.seams, Seam(('front', 'hem'), ('back_left', 'hem'))))",
            ("front.hem + back_left.hem", "mismatch"),
        ),
        (
            "first = made.panels[0]\n"
            "turned = replace(first, edges=tuple(Edge(e.name, e.points[::-1]) for e in reversed(first.edges)))\n"
            "return replace(made, panels=(turned, *made.panels[1:]))",
            ("front", "clockwise"),
        ),
        (
            "first = made.panels[0]\n"
            "return replace(made, panels=(replace(first, edges=first.edges[1:]), *made.panels[1:]))",
            ("front.side_right", "open"),
        ),
        (
            "return replace(made, panels=(replace(made.panels[0], slot='lining'), *made.panels[1:]))",
            ("front", "no_slot"),
        ),
        ("return made.nothing", ("draft", "draft_failed")),
    ],
)
def test_a_mistake_in_the_pattern_is_named(folder, body, expected):
    program(folder, body)
    assert ("pattern.py", *expected) in found(folder)


def test_an_outline_that_crosses_itself_is_seen():
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    assert not crosses_itself(square)
    assert crosses_itself(square[[0, 2, 1, 3]])


def test_the_command_says_it_in_the_language_asked_for_and_draws_the_panels(folder, tmp_path):
    drawing = tmp_path / "panels.svg"
    whole = CliRunner().invoke(main, ["garment", "check", str(folder), "--out", str(drawing), "--lang", "en"])
    assert (whole.exit_code, "nothing wrong" in whole.output) == (0, True)
    drawn = drawing.read_text("utf-8")
    assert all(f">{name}</text>" in drawn for name in ("front", "back_left", "back_right", "waistband"))
    change(folder, 'fabric = "wool"', 'fabric = "wol"')
    told = CliRunner().invoke(main, ["garment", "check", str(folder), "--lang", "fr", "--json"])
    assert told.exit_code == 2
    document = json.loads(told.stdout)
    assert document["faults"][0]["key"] == "fabric"
    assert "n'est pas utilisable" in document["faults"][0]["text"]
