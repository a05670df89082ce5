"""What every kind of augmentation is."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from speechdistill.inputs.perceived import PerceivedSet

# From a waveform ``(samples,)`` in float32, who speaks, and a generator of all that is random.
Effect = Callable[[np.ndarray, str, np.random.Generator], np.ndarray]


class Augmentation(Protocol):
    """A kind of augmentation, as a student's YAML names it.

    Nothing is ever clipped: waveforms are floats, and may leave [-1, 1].
    """

    def prepare(self, exp: Path) -> None:
        """Do, once, what must be done before training.

        Arguments
        ---------
        exp: the student's folder, for what is kept.
        """
        ...

    def effect(self, exp: Path, training: PerceivedSet, sample_rate: int) -> Effect:
        """Return the effect on an utterance, as worker processes apply it.

        Arguments
        ---------
        exp: the student's folder, prepared.
        training: the training utterances, whose voices may serve.
        sample_rate: of all waveforms, in Hz.
        """
        ...
