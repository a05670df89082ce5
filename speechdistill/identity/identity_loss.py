"""The classification loss of every sample, from a SpeechBrain recipe's compute_cost."""

import inspect
from collections.abc import Callable

import torch
from speechbrain.nnet.losses import LogSoftmaxWrapper
from torch.nn import functional

from speechdistill.base.errors import InputError


def identity_losses(
    compute_cost: Callable,
    predictions: torch.Tensor,
    labels: torch.Tensor,
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    """Compute the loss per sample where SpeechBrain's recipes compute the batch's mean.

    Sample weights need one loss per sample; the mean of the result is what ``compute_cost`` gives.

    Arguments
    ---------
    compute_cost: SpeechBrain's ``LogSoftmaxWrapper`` (around AM- or AAM-softmax), or a function
        with an argument ``reduction`` such as ``speechbrain.nnet.losses.nll_loss``.
    predictions: the classifier's output, ``(batch, 1, people)`` or ``(batch, people)``.
    labels: int64 ``(batch,)``.
    label_smoothing: share of the label spread evenly over all people, in [0, 1); needs the
        logits that ``LogSoftmaxWrapper`` makes.

    Returns
    -------
    ``(batch,)``.

    Example
    -------
    >>> from speechbrain.nnet.losses import AdditiveAngularMargin
    >>> cosines, labels = torch.tensor([[[0.9, 0.1]], [[0.6, 0.5]]]), torch.tensor([0, 1])
    >>> compute_cost = LogSoftmaxWrapper(AdditiveAngularMargin(margin=0.2, scale=30))
    >>> losses = identity_losses(compute_cost, cosines, labels)
    >>> torch.allclose(losses.mean(), compute_cost(cosines, labels.unsqueeze(1)))
    True
    """
    predictions = _flat(predictions)
    if isinstance(compute_cost, LogSoftmaxWrapper):
        targets = functional.one_hot(labels, predictions.shape[1]).to(predictions.dtype)
        logits = compute_cost.loss_fn(predictions, targets)
        return functional.cross_entropy(
            logits, labels, reduction="none", label_smoothing=label_smoothing
        )
    if label_smoothing:
        raise InputError(
            f"compute_cost {compute_cost} takes no label smoothing: use LogSoftmaxWrapper"
        )
    if "reduction" in inspect.signature(compute_cost).parameters:
        return compute_cost(predictions.unsqueeze(1), labels.unsqueeze(1), reduction="batch")
    raise InputError(
        f"compute_cost {compute_cost} gives no loss per sample: use LogSoftmaxWrapper or nll_loss"
    )


def scaled_logits(compute_cost: Callable, predictions: torch.Tensor) -> torch.Tensor:
    """Return ``(batch, people)`` logits without margin: cosines times the loss's scale.

    Log-probabilities (a classifier that ends in a log-softmax) are logits as they are.

    Example
    -------
    >>> from speechbrain.nnet.losses import AdditiveAngularMargin
    >>> compute_cost = LogSoftmaxWrapper(AdditiveAngularMargin(margin=0.2, scale=30))
    >>> scaled_logits(compute_cost, torch.tensor([[[0.5, 0.1]]]))
    tensor([[15.,  3.]])
    """
    loss_fn = getattr(compute_cost, "loss_fn", None)
    return getattr(loss_fn, "scale", 1.0) * _flat(predictions)


def _flat(predictions: torch.Tensor) -> torch.Tensor:
    # Under autocast the classifier's output is bfloat16, too coarse for a softmax over people.
    return predictions.reshape(len(predictions), predictions.shape[-1]).float()
