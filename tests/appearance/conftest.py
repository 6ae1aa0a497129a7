# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import Body, load_shape_space


def _body(*shares: float) -> Body:
    space = load_shape_space()
    coefficients = np.zeros(space.size)
    coefficients[: len(shares)] = np.array(shares) * np.sqrt(space.variances[: len(shares)])
    return space.body(coefficients)


@pytest.fixture(scope="session")
def bodies() -> dict[str, Body]:
    """The average body and two far from it in several ways at once."""
    return {
        "average": _body(),
        "far one way": _body(2.5, 2.0, -2.0, 1.0),
        "far the other way": _body(-2.5, -2.0, 2.0, -1.0),
    }


@pytest.fixture(scope="session")
def looks(bodies: dict[str, Body]) -> dict[tuple[str, str], Appearance]:
    """Each body with each hair style, standing relaxed."""
    return {
        (name, style): build_appearance(body, pose_body(body, "relaxed"), style=style, seed=3)
        for name, body in bodies.items()
        for style in ("short", "long")
    }
