# SPDX-License-Identifier: GPL-3.0-or-later
"""The cGAN is built as the design says, and numpy runs the very network that torch trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from avatar_engine import assets
from avatar_engine.errors import AssetError
from avatar_engine.generator import inference
from avatar_engine.generator.network import CONDITION, Discriminator, Generator
from avatar_engine.measurements import complete


def kinds(module: nn.Module) -> list[type[nn.Module]]:
    return [type(part) for part in module.modules() if not list(part.children())]


def test_the_generator_is_linear_groupnorm_silu_and_tanh() -> None:
    generator = Generator((64, 64, 32), 8, 16)
    parts = kinds(generator)
    assert parts == [nn.Linear, nn.GroupNorm, nn.SiLU, nn.Linear, nn.GroupNorm, nn.SiLU, nn.Linear, nn.Linear, nn.Tanh]
    assert generator.output.out_features == 30_000
    clouds = generator(torch.zeros(2, CONDITION + 16))
    assert clouds.shape == (2, 10_000, 3)
    assert clouds.abs().max() < 1.0


def test_the_discriminator_joins_two_paths_of_batchnorm_and_leakyrelu() -> None:
    discriminator = Discriminator()
    for path in (discriminator.cloud, discriminator.condition):
        assert kinds(path) == [nn.Linear, nn.BatchNorm1d, nn.LeakyReLU] * 2
    assert kinds(discriminator.joined)[-1] is nn.Sigmoid
    probability = discriminator(torch.zeros(4, 10_000, 3), torch.zeros(4, CONDITION))
    assert probability.shape == (4,)
    assert ((probability > 0) & (probability < 1)).all()


def test_numpy_and_torch_give_the_same_cloud() -> None:
    engine = inference.load_generator()
    card = engine.card
    network = Generator(card.widths, card.groups, card.variation)
    network.load_state_dict({name: torch.from_numpy(value) for name, value in engine.weights.items()})
    rng = np.random.default_rng(5)
    measurements = complete({}).values * rng.normal(1, 0.05, (8, 15))
    body_type, variation = rng.random(8), rng.normal(size=(8, card.variation))
    ours = engine.clouds(measurements, body_type, variation)
    inputs = torch.from_numpy(card.normalisation.inputs(measurements, body_type, variation)).float()
    with torch.no_grad():
        theirs = card.normalisation.to_metres(network(inputs).numpy().astype(np.float64))
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_same_measurements_give_the_same_bytes() -> None:
    engine = inference.load_generator()
    values = complete({"stature": 1.7}).values[None]
    first, second = (engine.clouds(values, np.array([0.3])) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_damaged_weights_are_named_with_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "read_bytes", lambda name: b"\x08\0\0\0\0\0\0\0notjson!")
    inference.load_generator.cache_clear()
    try:
        with pytest.raises(AssetError, match=r"generator\.safetensors"):
            inference.load_generator()
    finally:
        inference.load_generator.cache_clear()


def test_a_safetensors_file_reads_as_its_own_library_reads_it() -> None:
    from safetensors.numpy import load

    content = assets.read_bytes(inference.WEIGHTS)
    theirs, ours = load(content), inference.read_safetensors(content)
    assert set(theirs) == set(ours)
    for name, value in theirs.items():
        np.testing.assert_array_equal(ours[name], value.astype(np.float32))
