"""What a student's YAML says of augmentation on waveforms."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.augmentation.effect import Augmentation, Effect
from speechdistill.inputs.perceived import PerceivedSet


class WaveformAugmentation:
    """For each training utterance, one kind of augmentation or none, sampled anew every epoch.

    The quality of an utterance stays that of the recording: it tells how well one can learn from
    it, and an utterance that was made harder on purpose is one to learn from.

    Arguments
    ---------
    kinds: what there is; all are equally likely.
    probability: that an utterance is augmented at all, in [0, 1].
    speed_perturbation: whether every speaker is also heard at 0.9 and 1.1 times the speed, as
        speakers of their own (:mod:`speechdistill.augmentation.speed`).

    Raises
    ------
    ValueError: a probability outside [0, 1], or one above 0 of no kinds.

    Example
    -------
    >>> from speechdistill.augmentation.noise import Noise
    >>> augmentation = WaveformAugmentation([Noise(noise_snr_db=[20, 20])], probability=1.0)
    >>> effect = augmentation.effect(Path(), training=None, sample_rate=16000)
    >>> signal = np.ones(16000, dtype=np.float32)
    >>> noise = effect(signal, "a", np.random.default_rng(1)) - signal
    >>> round(float(np.mean(noise**2)), 6)
    0.01
    """

    def __init__(
        self,
        kinds: Sequence[Augmentation] = (),
        probability: float = 0.8,
        speed_perturbation: bool = False,
    ) -> None:
        if not 0 <= probability <= bool(kinds):
            raise ValueError(f"probability {probability} of {len(kinds)} kinds of augmentation")
        self.kinds = kinds
        self.probability = probability
        self.speed_perturbation = speed_perturbation

    def prepare(self, exp: Path) -> None:
        """Let each kind do what must be done before training."""
        for kind in self.kinds if self.probability else ():
            kind.prepare(exp)

    def effect(self, exp: Path, training: PerceivedSet, sample_rate: int) -> Effect:
        """Return what picks a kind and applies it; see :class:`Augmentation`."""
        kinds = self.kinds if self.probability else ()
        effects = [kind.effect(exp, training, sample_rate) for kind in kinds]
        return partial(_one_of, effects, self.probability)


def _one_of(
    effects: Sequence[Effect],
    probability: float,
    signal: np.ndarray,
    person: str,
    generator: np.random.Generator,
) -> np.ndarray:
    if not probability or generator.random() >= probability:
        return signal
    return effects[int(generator.integers(len(effects)))](signal, person, generator)
