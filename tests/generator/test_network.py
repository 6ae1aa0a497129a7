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


def test_the_generator_is_linear_groupnorm_silu_a_bottleneck_and_tanh() -> None:
    generator = Generator((64, 64, 32), 8, 16)
    hidden = [nn.Linear, nn.GroupNorm, nn.SiLU]
    assert kinds(generator) == [*hidden, *hidden, nn.Linear, nn.Linear, nn.Tanh]
    sizes = [(part.in_features, part.out_features) for part in generator.modules() if isinstance(part, nn.Linear)]
    assert sizes == [(15 + 1 + 16, 64), (64, 64), (64, 32), (32, 30_000)]
    assert {part.num_groups for part in generator.modules() if isinstance(part, nn.GroupNorm)} == {8}


def test_the_generator_makes_ten_thousand_points_through_tanh() -> None:
    generator = Generator((64, 64, 32), 8, 16)
    inputs = torch.randn(2, CONDITION + 16)
    clouds = generator(inputs)
    assert clouds.shape == (2, 10_000, 3)
    scores = generator.scores(inputs)
    assert scores.shape == (2, 32)
    by_hand = torch.tanh(scores @ generator.output.weight.T + generator.output.bias).reshape(2, 10_000, 3)
    torch.testing.assert_close(clouds, by_hand)
    some = torch.tensor([0, 17, 9_999])
    torch.testing.assert_close(generator.some_points(scores, some), clouds[:, some])


def test_body_type_and_variation_each_change_the_cloud() -> None:
    generator = Generator((64, 64, 32), 8, 16)
    plain = torch.zeros(3, CONDITION + 16)
    plain[1, CONDITION - 1] = 1.0
    plain[2, CONDITION] = 1.0
    same, other_type, other_variation = generator(plain)
    assert (same - other_type).abs().max() > 1e-4
    assert (same - other_variation).abs().max() > 1e-4


def test_the_discriminator_joins_two_parallel_paths_of_batchnorm_and_leakyrelu() -> None:
    judge = Discriminator(64).judge
    for path in (judge.cloud, judge.condition):
        assert kinds(path) == [nn.Linear, nn.BatchNorm1d, nn.LeakyReLU] * 2
    assert kinds(judge.joined) == [nn.Linear, nn.BatchNorm1d, nn.LeakyReLU, nn.Linear, nn.Sigmoid]
    widths = {
        path: next(part for part in path.modules() if isinstance(part, nn.Linear)).in_features
        for path in (judge.cloud, judge.condition)
    }
    assert list(widths.values()) == [64, CONDITION]
    joined = [path[-1][0].out_features for path in (judge.cloud, judge.condition)]
    assert judge.joined[0][0].in_features == sum(joined)


def test_a_probability_comes_out_that_heeds_every_point_and_the_measurements() -> None:
    torch.manual_seed(3)
    discriminator = Discriminator(64)
    discriminator.view.normal_(std=0.01)
    clouds = torch.rand(4, 10_000, 3).requires_grad_()
    condition = torch.randn(4, CONDITION).requires_grad_()
    probability = discriminator(clouds, condition)
    assert probability.shape == (4,)
    assert ((probability > 0) & (probability < 1)).all()
    (probability * torch.arange(4)).sum().backward()
    assert clouds.grad is not None
    assert condition.grad is not None
    assert (clouds.grad.abs().sum(dim=0) > 0).all()
    assert (condition.grad.abs().sum(dim=0) > 0).all()


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
