"""Per-sample identity losses: their mean is what SpeechBrain computes."""

import functools

import pytest
import torch
from speechbrain.nnet.losses import (
    AdditiveAngularMargin,
    AngularMargin,
    LogSoftmaxWrapper,
    nll_loss,
)

from speechdistill.base.errors import InputError
from speechdistill.identity.identity_loss import identity_losses, scaled_logits

SPEAKERS = torch.tensor([0, 2, 1, 2])


@pytest.mark.parametrize(
    "compute_cost",
    [
        LogSoftmaxWrapper(AdditiveAngularMargin(margin=0.2, scale=30)),
        LogSoftmaxWrapper(AngularMargin(margin=0.1, scale=20)),
        nll_loss,
        functools.partial(nll_loss, label_smoothing=0.1),
    ],
)
def test_mean_is_what_speechbrain_computes(compute_cost):
    generator = torch.Generator().manual_seed(0)
    cosines = 2 * torch.rand(4, 1, 3, generator=generator) - 1
    predictions = cosines if isinstance(compute_cost, torch.nn.Module) else cosines.log_softmax(-1)
    losses = identity_losses(compute_cost, predictions, SPEAKERS)
    assert losses.shape == (4,)
    torch.testing.assert_close(losses.mean(), compute_cost(predictions, SPEAKERS.unsqueeze(1)))


def test_each_value_is_that_of_the_sample_alone():
    compute_cost = LogSoftmaxWrapper(AdditiveAngularMargin(margin=0.2, scale=30))
    cosines = 2 * torch.rand(4, 1, 3) - 1
    together = identity_losses(compute_cost, cosines, SPEAKERS)
    alone = [compute_cost(cosines[i : i + 1], SPEAKERS[i].view(1, 1)) for i in range(4)]
    torch.testing.assert_close(together, torch.stack(alone))


def test_log_probabilities_are_logits_as_they_are():
    log_probabilities = torch.randn(2, 1, 3).log_softmax(-1)
    torch.testing.assert_close(
        scaled_logits(nll_loss, log_probabilities), log_probabilities.squeeze(1)
    )


def test_a_cost_without_values_per_sample_is_refused():
    with pytest.raises(InputError, match="per sample"):
        identity_losses(lambda predictions, targets: 0, torch.zeros(1, 1, 2), torch.tensor([0]))


def test_label_smoothing_spreads_its_share_over_all_speakers():
    compute_cost = LogSoftmaxWrapper(AdditiveAngularMargin(margin=0.2, scale=30))
    cosines = 2 * torch.rand(4, 1, 3, generator=torch.Generator().manual_seed(0)) - 1
    losses = identity_losses(compute_cost, cosines, SPEAKERS, label_smoothing=0.3)
    labels = torch.nn.functional.one_hot(SPEAKERS, 3).float()
    logits = compute_cost.loss_fn(cosines.squeeze(1), labels)
    smooth = 0.7 * labels + 0.1
    torch.testing.assert_close(losses, -(smooth * logits.log_softmax(-1)).sum(-1))


def test_label_smoothing_needs_logits():
    with pytest.raises(InputError, match="label smoothing"):
        identity_losses(nll_loss, torch.zeros(1, 1, 2), torch.tensor([0]), label_smoothing=0.1)
