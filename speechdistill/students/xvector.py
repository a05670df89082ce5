"""SpeechBrain's x-vector network with a faster statistics pooling, the same for the same input."""

import torch
from speechbrain.lobes.models import Xvector as speechbrain_xvector
from speechbrain.nnet.pooling import StatisticsPooling

DEVIATION_FLOOR = 1e-5  # as in SpeechBrain


class MomentPooling(torch.nn.Module):
    """Mean and standard deviation over the frames, joined (Snyder et al., ICASSP 2018).

    SpeechBrain's ``StatisticsPooling`` adds random noise to the means, so that no two embeddings of
    an utterance are equal, and on a CPU takes a tenth of the small student's training step.

    Example
    -------
    >>> frames = torch.tensor([[[1.0, 5.0], [3.0, 5.0]]])
    >>> MomentPooling()(frames)
    tensor([[[2.0000e+00, 5.0000e+00, 1.4142e+00, 1.0000e-05]]])
    """

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Pool ``(batch, frames, channels)`` to ``(batch, 1, 2 channels)``, at least float32."""
        if frames.dtype in (torch.float16, torch.bfloat16):
            frames = frames.float()
        mean = frames.mean(dim=1)
        # Deviations from the mean sum to 0: it sends no gradient through them.
        centred = frames - mean.detach().unsqueeze(1)
        deviation = torch.linalg.vector_norm(centred, dim=1) / max(frames.shape[1] - 1, 1) ** 0.5
        return torch.cat([mean, deviation + DEVIATION_FLOOR], dim=1).unsqueeze(1)


class Xvector(speechbrain_xvector.Xvector):
    """Takes the arguments of SpeechBrain's ``Xvector`` and pools by :class:`MomentPooling`.

    Example
    -------
    >>> model = Xvector(in_channels=40, lin_neurons=8)
    >>> features = torch.randn(2, 100, 40)
    >>> torch.equal(model(features), model(features)), model(features).shape
    (True, torch.Size([2, 1, 8]))
    """

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        for number, block in enumerate(self.blocks):
            if isinstance(block, StatisticsPooling):
                self.blocks[number] = MomentPooling()
