"""Batch normalisation over the batches of all processes."""

import torch
import torch.distributed
from torch.distributed.nn.functional import all_reduce
from torch.nn.modules.batchnorm import _BatchNorm

from speechdistill.distributed.processes import world_size


class SynchronisedBatchNorm(_BatchNorm):
    """Normalise by mean and variance over the batches of all processes, on any device.

    torch's ``SyncBatchNorm`` does so on GPUs alone; on a CPU the same training on one and on two
    processes would differ. Parameters, buffers and their names are those of ``BatchNorm1d``.
    Inputs are ``(batch, channels)`` or ``(batch, channels, ...)``; in evaluation, and in a single
    process, this is ``BatchNorm``.
    """

    def _check_input_dim(self, inputs: torch.Tensor) -> None:
        if inputs.dim() < 2:
            raise ValueError(f"expected (batch, channels, ...), got {tuple(inputs.shape)}")

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        if not self.training or world_size() == 1:
            return super().forward(inputs)
        axes = [axis for axis in range(inputs.dim()) if axis != 1]
        shape = [1, -1] + [1] * (inputs.dim() - 2)
        values = inputs.float()
        count = values.new_tensor([values.numel() / values.shape[1]])
        torch.distributed.all_reduce(count)
        mean = all_reduce(values.sum(axes)) / count
        centred = values - mean.view(shape)
        variance = all_reduce(centred.square().sum(axes)) / count
        normed = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            normed = normed * self.weight.view(shape) + self.bias.view(shape)
        if self.running_mean is not None:
            self._follow(mean.detach(), variance.detach() * count / (count - 1))
        return normed.to(inputs.dtype)

    @torch.no_grad()
    def _follow(self, mean: torch.Tensor, variance: torch.Tensor) -> None:
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked += 1
        share = self.momentum
        if share is None:
            share = 1 / float(self.num_batches_tracked)
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(variance, share)


def synchronise_batch_norms(module: torch.nn.Module, device: str) -> torch.nn.Module:
    """Replace the batch normalisations in a module by synchronised ones that share their tensors.

    On a GPU these are torch's own. The module is changed in place, unless it is itself a batch
    normalisation.

    Example
    -------
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    >>> names = list(model.state_dict())
    >>> model = synchronise_batch_norms(model, "cpu")
    >>> type(model[1]).__name__, list(model.state_dict()) == names
    ('SynchronisedBatchNorm', True)
    """
    if torch.device(device).type == "cuda":
        return torch.nn.SyncBatchNorm.convert_sync_batchnorm(module)
    if isinstance(module, _BatchNorm) and not isinstance(module, SynchronisedBatchNorm):
        return _synchronised(module)
    for name, child in module.named_children():
        setattr(module, name, synchronise_batch_norms(child, device))
    return module


def _synchronised(norm: _BatchNorm) -> SynchronisedBatchNorm:
    twin = SynchronisedBatchNorm(
        norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats
    )
    twin.weight, twin.bias = norm.weight, norm.bias
    if norm.track_running_stats:
        twin.running_mean, twin.running_var = norm.running_mean, norm.running_var
        twin.num_batches_tracked = norm.num_batches_tracked
    return twin.train(norm.training)
