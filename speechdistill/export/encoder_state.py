"""The numbers of a trained encoder as named tensors, and back."""

from collections.abc import Mapping
from typing import TypeGuard

import torch
from speechbrain.processing.features import InputNormalization

from speechdistill.students.speaker_encoder import SpeakerEncoder

STATISTICS = ("count", "glob_mean", "glob_std")
PREFIX = "mean_var_norm."


def encoder_state(encoder: SpeakerEncoder) -> dict[str, torch.Tensor]:
    """Return parameters and buffers, and what SpeechBrain's global norm keeps beside them.

    Example
    -------
    >>> from speechbrain.nnet.linear import Linear
    >>> norm = InputNormalization(norm_type="global")
    >>> _ = norm(torch.ones(1, 4, 2))
    >>> sorted(encoder_state(SpeakerEncoder(torch.nn.Identity(), norm, Linear(3, input_size=2))))
    ['embedding_model.w.bias', 'embedding_model.w.weight', 'mean_var_norm.count', \
'mean_var_norm.glob_mean', 'mean_var_norm.glob_std']
    """
    state = {name: value.detach().cpu() for name, value in encoder.state_dict().items()}
    if _keeps_statistics(encoder.mean_var_norm):
        for name in STATISTICS:
            state[PREFIX + name] = torch.as_tensor(getattr(encoder.mean_var_norm, name)).cpu()
    # Of tensors that share their memory only copies can be written.
    return {name: value.clone().contiguous() for name, value in state.items()}


def load_encoder_state(encoder: SpeakerEncoder, state: Mapping[str, torch.Tensor]) -> None:
    """Put in what :func:`encoder_state` returned.

    Raises
    ------
    RuntimeError: names or shapes are not those of the encoder.
    """
    rest = dict(state)
    if _keeps_statistics(encoder.mean_var_norm):
        found = {name: rest.pop(PREFIX + name, None) for name in STATISTICS}
        if any(value is None for value in found.values()):
            raise RuntimeError("the statistics of mean_var_norm are missing")
        encoder.mean_var_norm._load_statistics_dict(found)
    encoder.load_state_dict(rest)


def _keeps_statistics(norm: torch.nn.Module) -> TypeGuard[InputNormalization]:
    return isinstance(norm, InputNormalization) and norm.norm_type == "global"
