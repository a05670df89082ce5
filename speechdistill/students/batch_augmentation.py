"""How a student's YAML augments a batch of inputs."""

import torch
from speechbrain.augment import time_domain
from speechbrain.augment.augmenter import Augmenter

from speechdistill.augmentation.drop_freq import faster
from speechdistill.augmentation.speechbrain_annotation import without_missing_annotations


class BatchAugmentation:
    """Augment each input of a batch, or leave the batch as it is.

    Arguments
    ---------
    augment: inputs ``(batch, ...)`` to as many; None to leave them.

    Example
    -------
    >>> inputs, rows = BatchAugmentation()(torch.zeros(2, 5))
    >>> inputs.shape, rows
    (torch.Size([2, 5]), tensor([0, 1]))
    """

    def __init__(self, augment: torch.nn.Module | None = None) -> None:
        self.augment = augment

    def start_epoch(self) -> None:
        """Forget what earlier epochs left, so that an epoch depends on the seed and itself."""

    def __call__(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return augmented inputs and the row that each was made from."""
        rows = torch.arange(len(inputs), device=inputs.device)
        return (inputs if self.augment is None else self.augment(inputs)), rows


class WaveformBatchAugmentation(BatchAugmentation):
    """SpeechBrain's Augmenter, which may make several waveforms of one.

    What reads noises or impulse responses from a CSV that is not there, is left out; SpeechBrain's
    DropFreq, which is slow on CPUs, gives place to ours.

    Arguments
    ---------
    augmenter: the ``wav_augment`` of a YAML.
    """

    def __init__(self, augmenter: Augmenter) -> None:
        super().__init__(without_missing_annotations(augmenter))
        self.augmenter = augmenter

    def start_epoch(self) -> None:
        for key, augmentation in self.augmenter.augmentations.items():
            if type(augmentation) is time_domain.DropFreq:
                self.augmenter.augmentations[key] = faster(augmentation)
            # AddNoise and AddReverb go on in their files where the last epoch stopped.
            for name in ("data_loader", "noise_data", "rir_data"):
                vars(augmentation).pop(name, None)

    def __call__(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        augmented, _ = self.augmenter(inputs, torch.ones(len(inputs), device=inputs.device))
        rows = torch.arange(len(inputs), device=inputs.device)
        return augmented, self.augmenter.replicate_labels(rows)
