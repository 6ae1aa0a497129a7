# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import io
import json

import numpy as np
import pytest

from avatar_engine.appearance import build_appearance
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import load_shape_space
from blender_addon.scene.person import DressedAvatar
from render_service.worker.job import DOCUMENT, colours, pack, shape_key, unpack
from tests.scene.conftest import tube


@pytest.fixture(scope="module")
def person() -> DressedAvatar:
    body = load_shape_space().mean_body()
    posed = pose_body(body, "relaxed")
    dress = tube("dress-a-line", "viscose", "#2f6b3a", 0.25, 0.6, 1.3)
    return DressedAvatar(posed, (dress,), np.zeros(13_710, dtype=bool), build_appearance(body, posed))


def same(one: object, other: object) -> bool:
    if dataclasses.is_dataclass(one):
        fields = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name)) for name in fields)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def test_a_person_comes_out_of_the_file_as_they_went_in(person: DressedAvatar) -> None:
    assert same(person, unpack(pack(person)))


def test_only_colours_leave_the_shape_key_alone(person: DressedAvatar) -> None:
    (dress,) = person.garments
    dyed = dataclasses.replace(person, garments=(dataclasses.replace(dress, colours={"body": "#000000"}),))
    moved = dataclasses.replace(person, garments=(dataclasses.replace(dress, vertices=dress.vertices + 1e-6),))
    woven = dataclasses.replace(person, garments=(dataclasses.replace(dress, fabric="denim"),))
    assert shape_key(dyed) == shape_key(person)
    assert len({shape_key(other) for other in (person, moved, woven)}) == 3
    assert colours(dyed) == {"dress-a-line": {"body": "#000000"}}


@pytest.mark.parametrize("made", [["os", "system"], ["avatar_engine.assets", "read_bytes"], ["subprocess", "Popen"]])
def test_a_file_can_make_nothing_but_the_projects_own_data(made: list[str]) -> None:
    stream = io.BytesIO()
    document = json.dumps({"class": made, "fields": {}}).encode()
    np.savez(stream, **{DOCUMENT: np.frombuffer(document, dtype=np.uint8)})
    with pytest.raises(ValueError, match="cannot be part of a render job"):
        unpack(stream.getvalue())


def test_what_is_not_data_is_refused_before_it_is_written(person: DressedAvatar) -> None:
    with pytest.raises(TypeError, match="function"):
        pack(dataclasses.replace(person, garments=(same,)))
