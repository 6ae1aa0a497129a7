# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of fitting: who wears what, what an independent judge finds, and what a run leaves to the next."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.fitting import Outfit
from render_service.bench_fit import measured, read_rows, run_person, summary
from render_service.fit_cases import Case, cases, people
from render_service.fit_judge import judge, sewn
from tests.fitting.people import Choice, person, wardrobe

pytest.importorskip("igl")


@cache
def dressed() -> Outfit:
    return wardrobe().dress(person("woman"), [Choice("t-shirt")])


def test_the_sizes_tried_are_the_advised_one_and_the_ends_of_what_can_be_worn() -> None:
    tried = list(cases("somebody", person("woman"), "relaxed", ["t-shirt"]))
    alone = [case for case in tried if len(case.garments) == 1]
    assert [case.why for case in alone] == ["made", "advised", "smallest", "largest"]
    assert len({case.size for case in alone}) == 4
    assert [case.garments for case in tried if case not in alone] == [("trousers-straight", "t-shirt")]
    turns = [list(cases("somebody", person("woman"), "relaxed", ["t-shirt"], turn)) for turn in range(4)]
    assert [len(each) for each in turns] == [2, 2, 2, 2]
    assert {case.size for each in turns for case in each if len(case.garments) == 1} == {case.size for case in alone}


def test_people_run_from_thin_to_heavy_and_are_the_same_in_every_run() -> None:
    one, two = list(people(8)), list(people(8))
    assert [who for who, _ in one] == [who for who, _ in two]
    sizes = [[float(word.split()[0]) for word in who.split(", ")[1:]] for who, _ in one if who.startswith("female")]
    indices = [weight / stature**2 for stature, weight in sizes]
    assert indices == sorted(indices)
    assert indices[-1] > 1.5 * indices[0]


def test_the_judge_finds_cloth_pushed_into_the_body_and_through_itself() -> None:
    clean = judge(person("woman"), dressed(), "a_pose")[-1]
    assert (clean.deep, clean.through_skin) == (0, 0)
    shirt = dressed().garments[-1]
    pressed = shirt.vertices.copy()
    pressed[:, 1] *= 0.9  # front and back towards each other
    spoilt = replace(dressed(), garments=(replace(shirt, vertices=pressed),))
    found = judge(person("woman"), spoilt, "a_pose")[0]
    assert found.deep > 50
    assert found.seen == found.deep
    assert found.through_skin > 50
    folded = shirt.vertices.copy()
    folded[np.argmax(folded[:, 0])] -= [0.3, 0.0, 0.0]  # a cuff's point drawn through the sleeve to the trunk
    found = judge(person("woman"), replace(dressed(), garments=(replace(shirt, vertices=folded),)), "a_pose")[0]
    assert found.itself > 0


def test_cloth_through_itself_is_seen_where_nothing_hides_it() -> None:
    plain = judge(person("woman"), dressed(), "a_pose")[-1]
    shirt = dressed().garments[-1]
    middle = shirt.vertices.mean(axis=0)
    front = np.argmin(shirt.vertices[:, 1] + 2 * np.abs(shirt.vertices[:, [0, 2]] - middle[[0, 2]]).sum(axis=1))
    near = np.linalg.norm(shirt.vertices - shirt.vertices[front], axis=1)
    twisted = shirt.vertices.copy()
    inside = near < 0.02
    twisted[inside] += 2.0 * (shirt.vertices[front] - twisted[inside]) + [0.0, -0.01, 0.0]  # turned about, and in front
    spoilt = replace(shirt, vertices=twisted)
    found = judge(person("woman"), replace(dressed(), garments=(spoilt,)), "a_pose")[0]
    assert found.itself_seen > plain.itself_seen + 10
    cover = replace(shirt, vertices=middle + (shirt.vertices - middle) * [1.2, 1.4, 1.2])
    under = judge(person("woman"), replace(dressed(), garments=(spoilt, cover)), "a_pose")[0]
    assert under.itself == found.itself
    assert under.itself_seen < found.itself_seen / 4


def test_what_is_set_on_the_cloth_is_not_judged_against_it() -> None:
    shirt = wardrobe().dress(person("woman"), [Choice("shirt")]).garments[-1]
    slots = {shirt.slots[number] for number in np.unique(shirt.triangle_slots)}
    assert "buttons" in slots
    assert len(sewn(shirt)) < len(shirt.triangles)


def test_a_run_goes_on_where_the_last_one_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    who, given = next(people(2))
    assert run_person((who, given, "live", "a_pose", ("skirt-pencil",), None, frozenset(), path)) >= 2
    whole = read_rows(path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]) + lines[-1][:40], encoding="utf-8")
    left = read_rows(path)
    assert left == whole[:-1]
    known = frozenset(row["key"] for row in left)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert run_person((who, given, "live", "a_pose", ("skirt-pencil",), None, known, path)) == 1
    again = read_rows(path)
    assert [row["key"] for row in again] == [row["key"] for row in whole]
    assert [row["findings"] for row in again] == [row["findings"] for row in whole]


def test_the_table_adds_up_and_counts_what_was_refused() -> None:
    found = {
        "pose": "a_pose",
        "deep": 2,
        "seen": 2,
        "depth": 0.0021,
        "through_skin": 3,
        "through_cloth": 0,
        "itself": 3,
        "itself_seen": 1,
    }
    case = Case("somebody", ("t-shirt",), "M", "advised", "relaxed")
    row = {"quality": "live", "garments": ["t-shirt"], "seconds": 0.04}
    clean = found | {"deep": 0, "depth": 0.0, "through_skin": 0, "itself": 2, "itself_seen": 0}
    rows = [
        row | {"findings": [found | {"garment": "t-shirt"}]},
        row | {"findings": [clean | {"garment": "t-shirt"}], "seconds": 0.06},
        {"quality": "live", "garments": ["t-shirt"], "refused": case.key},
    ]
    *_, line = summary(json.loads(json.dumps(rows)))
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "t-shirt", "live, a_pose", "2", "1", "2 (1), 2.1 mm", "3 (1)", "0", "5 (2)", "1 (1)", "0.050, 0.060",
    ]  # fmt: skip


def test_a_case_that_cannot_be_worn_is_a_row_with_the_reason() -> None:
    row = measured(Case("heavy man", ("trousers-straight",), "S", "smallest", "relaxed"), person("heavy man"), "live")
    assert "trousers-straight" in row["refused"]
    assert "findings" not in row
