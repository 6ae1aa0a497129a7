# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.body.shape import Body, load_shape_space


def _body(*shares: float) -> Body:
    space = load_shape_space()
    coefficients = np.zeros(space.size)
    coefficients[: len(shares)] = np.array(shares) * np.sqrt(space.variances[: len(shares)])
    return space.body(coefficients)


@pytest.fixture(scope="session")
def bodies() -> dict[str, Body]:
    """The average body and four far from it, three standard deviations along the first components."""
    return {
        "average": _body(),
        "first up": _body(3.0, 2.0, -2.0),
        "first down": _body(-3.0, -2.0, 2.0),
        "second up": _body(0.0, 3.0, 3.0, -2.0),
        "third down": _body(1.5, -3.0, -3.0, 2.0),
    }
