"""Utterances as a student hears them in training."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from speechdistill.augmentation.effect import Effect
from speechdistill.augmentation.speed import with_other_speeds
from speechdistill.augmentation.waveform import WaveformAugmentation
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import How, PerceivedSet, Read
from speechdistill.inputs.utterances import Utterances, readable_cuts


class AugmentedUtterances:
    """Utterances, augmented where a generator says that they are read for training.

    What is sampled depends on the generator alone: worker processes change nothing.

    Arguments
    ---------
    utterances: as they are.
    augmentation: of each.
    """

    kind = "speech"

    def __init__(self, utterances: Utterances, augmentation: WaveformAugmentation) -> None:
        self.utterances = utterances
        self.augmentation = augmentation

    def prepare(self, data: Path, exp: Path, sets: Sequence[str]) -> None:
        """Prepare the utterances and the augmentation."""
        self.utterances.prepare(data, exp, sets)
        self.augmentation.prepare(exp)

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Return the set's utterances, with those at other speeds if there are to be any.

        Raises
        ------
        InputError: no manifest, no speech quality, or not what the augmentation needs.
        """
        cuts, quality = readable_cuts(data / name)
        plain = self.utterances.perceive_table(cuts, quality)
        effect = self.augmentation.effect(exp, plain, self.utterances.sample_rate)
        if self.augmentation.speed_perturbation:
            plain = with_other_speeds(self.utterances, cuts, quality)
        read = partial(_read, plain.read, plain.items, effect)
        return PerceivedSet(plain.items, read, plain.quality, plain.durations)


def _read(
    read: Read,
    items: Sequence[InputItem],
    effect: Effect,
    row: int,
    how: How,
) -> torch.Tensor:
    signal = read(row, how)
    if not isinstance(how, np.random.Generator):
        return signal
    return torch.from_numpy(effect(signal.numpy(), items[row].person, how))
