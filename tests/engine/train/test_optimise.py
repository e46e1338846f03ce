import pytest
import torch
from torch import nn

from animeadapter.train import optimise
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError
from animeadapter.train.settings import Optimiser


def modules() -> dict[str, nn.Module]:
    torch.manual_seed(0)
    return {"a": nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4)), "b": nn.Conv2d(2, 2, 1)}


def test_weight_decay_falls_on_matrices_and_kernels_only() -> None:
    nets = modules()
    optimiser = optimise.build(Optimiser(weight_decay=0.3), nets)
    decayed = {id(p) for group in optimiser.param_groups if group["weight_decay"] for p in group["params"]}
    assert decayed == {id(nets["a"][0].weight), id(nets["b"].weight)}
    assert sum(len(group["params"]) for group in optimiser.param_groups) == 6


def test_a_modules_rate_has_its_own_factor() -> None:
    nets = modules()
    optimiser = optimise.build(Optimiser(rates={"b": 0.1}), nets)
    optimise.set_rate(optimiser, 0.02)
    rates = {id(p): group["lr"] for group in optimiser.param_groups for p in group["params"]}
    assert rates[id(nets["a"][0].weight)] == pytest.approx(0.02)
    assert rates[id(nets["b"].bias)] == pytest.approx(0.002)


def test_a_rate_for_no_module_is_refused() -> None:
    with pytest.raises(TrainError, match=r"optimiser\.rates: there is no module c"):
        optimise.build(Optimiser(rates={"c": 0.1}), modules())


def test_the_gradient_is_clipped_as_a_whole() -> None:
    net = nn.Linear(2, 1, bias=False)
    optimiser = optimise.build(Optimiser(weight_decay=0.0), {"net": net})
    optimise.set_rate(optimiser, 0.0)
    (100 * net(torch.tensor([[3.0, 4.0]]))).sum().backward()
    grads = []
    net.weight.register_post_accumulate_grad_hook(lambda p: grads.append(p.grad))
    norm = optimise.step(optimiser, {"net": net}, 1.0)
    assert norm == pytest.approx(500.0)
    assert net.weight.grad is None


def test_muon_steps_matrices_in_all_directions_alike_and_adamw_the_rest() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(8, 16, 3), nn.Conv2d(16, 2, 1))
    optimiser = optimise.build(Optimiser(weight_decay=0.0, matrices="muon"), {"net": net})
    optimise.set_rate(optimiser, 1e-2)
    before = [value.detach().clone() for value in net.parameters()]
    first = net[0](torch.randn(4, 8, 6, 6))
    (first.square().sum() + net[1](first).sum()).backward()
    uneven = torch.linalg.svdvals(net[0].weight.grad.flatten(1))
    optimise.step(optimiser, {"net": net}, 1.0)
    moved = [value.detach() - old for value, old in zip(net.parameters(), before)]
    lengths = torch.linalg.svdvals(moved[0].flatten(1))
    assert lengths[0] / lengths[12] < 2 < 1.5 * lengths[0] / lengths[12] < uneven[0] / uneven[12]
    assert float(moved[0].square().mean().sqrt()) == pytest.approx(2e-3, rel=0.3)
    for other in moved[1:]:
        assert torch.allclose(other.abs(), torch.full_like(other, 1e-2), rtol=1e-3)
    assert set(optimise.state(optimiser, {"net": net})) >= {"net/0.weight/momentum_buffer", "net/1.weight/exp_avg"}


def test_averages_follow_the_weights_and_leave_them_as_they_were() -> None:
    net = nn.Linear(1, 1, bias=False)
    net.weight.data.fill_(0.0)
    ema = Ema({"net": net}, 0.5)
    net.weight.data.fill_(1.0)
    ema.update()
    assert float(ema.average["net/weight"]) == pytest.approx(0.9)  # the first decay is 1/10
    net.weight.data.fill_(2.0)
    ema.update()
    assert float(ema.average["net/weight"]) == pytest.approx(0.9 * 2 / 11 + 2.0 * 9 / 11)
    with ema.applied():
        assert float(net.weight.detach()) == pytest.approx(float(ema.average["net/weight"])) and not net.training
    assert float(net.weight.detach()) == 2.0 and net.training


def test_the_weights_come_back_even_if_something_breaks() -> None:
    net = nn.Linear(1, 1)
    ema = Ema({"net": net}, 0.5)
    net.weight.data.fill_(7.0)
    with pytest.raises(ValueError, match="broken"), ema.applied():
        raise ValueError("broken")
    assert float(net.weight.detach()) == 7.0
