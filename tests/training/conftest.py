# SPDX-License-Identifier: GPL-3.0-or-later
"""A small training set made of the engine's own shape space, and settings to match."""

from __future__ import annotations

import dataclasses
import importlib.machinery
import sys
import types
from collections.abc import Callable

import numpy as np
import pytest

from avatar_engine.body import tape
from avatar_engine.body.correction import jacobian
from avatar_engine.body.shape import load_shape_space
from avatar_engine.meshing.solve import load_sampling
from tests.body.bodies import random_coefficients
from training.config import Config
from training.dataset import CLOUD_CENTRE, CLOUD_SCALE, Dataset, body_type_posterior, make_dataset

BODIES = 40
COMPONENTS = 20
SETTINGS = Config(
    widths=(40, COMPONENTS),
    groups=4,
    variation=4,
    view=20,
    warm_up_epochs=2,
    adversarial_epochs=2,
    warm_up_batch=8,
    batch=12,
    compared_points=32,
    checkpoint_every=2,
)


Pretended = Callable[..., None]


@pytest.fixture
def pretended_pytorch3d(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """Make ``pytorch3d.<part>`` importable, holding what is passed: only to see that it is chosen."""

    def install(part: str, **names: object) -> None:
        for name in ("pytorch3d", f"pytorch3d.{part}"):
            module = types.ModuleType(name)
            module.__spec__ = importlib.machinery.ModuleSpec(name, None)
            module.__path__ = []
            monkeypatch.setitem(sys.modules, name, module)
        vars(sys.modules[f"pytorch3d.{part}"]).update(names)

    return install


def settings(**changed: object) -> Config:
    """The small settings, some of them changed."""
    return dataclasses.replace(SETTINGS, **changed)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def small_set() -> Dataset:
    """Forty random bodies with twenty components."""
    space, sampling = load_shape_space(), load_sampling()
    vertices = [space.vertices(random_coefficients(seed)) for seed in range(BODIES)]
    measurements = np.array([tape.measure(body) for body in vertices])
    clouds = np.array([(sampling.points(body) - CLOUD_CENTRE) / CLOUD_SCALE for body in vertices], np.float16)
    slopes = np.array([jacobian(space, tape.readings(body)) for body in vertices])
    return make_dataset(clouds, measurements, np.round(body_type_posterior(measurements)), slopes)
