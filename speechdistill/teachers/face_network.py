"""A residual network that embeds face images."""

from collections.abc import Sequence

import torch
from torch.nn import functional


class ResidualFaceNetwork(torch.nn.Module):
    """Embed face images with a small residual CNN (He et al., "Deep Residual Learning", 2016).

    A stem that halves the resolution, one stage per entry of ``channels`` (each but the first
    halves it again), then a linear layer over a 4 x 4 grid: faces are roughly aligned, so where a
    feature lies says who it is (as in ArcFace, Deng et al. 2019; global pooling would forget it).

    Arguments
    ---------
    channels: width of each stage.
    blocks: residual blocks per stage.
    embedding_dimension: width of the embedding.
    dropout: before the last layer.

    Example
    -------
    >>> network = ResidualFaceNetwork(channels=[8, 16], embedding_dimension=32)
    >>> network(torch.zeros(2, 3, 48, 48)).shape
    torch.Size([2, 32])
    """

    def __init__(
        self,
        channels: Sequence[int] = (32, 64, 128, 256),
        blocks: int = 1,
        embedding_dimension: int = 128,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        self.stem = torch.nn.Sequential(
            torch.nn.Conv2d(3, channels[0], kernel_size=3, stride=2, padding=1, bias=False),
            torch.nn.BatchNorm2d(channels[0]),
            torch.nn.ReLU(),
        )
        stages = []
        width = channels[0]
        for stage, stage_width in enumerate(channels):
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                stages.append(ResidualBlock(width, stage_width, stride))
                width = stage_width
        self.stages = torch.nn.Sequential(*stages)
        self.head = torch.nn.Sequential(
            torch.nn.AdaptiveAvgPool2d(4),
            torch.nn.Flatten(),
            torch.nn.BatchNorm1d(16 * width),
            torch.nn.Dropout(dropout),
            torch.nn.Linear(16 * width, embedding_dimension, bias=False),
            torch.nn.BatchNorm1d(embedding_dimension),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Embed ``(batch, 3, height, width)`` in [-1, 1]; return ``(batch, dimension)``."""
        return self.head(self.stages(self.stem(images)))


class ResidualBlock(torch.nn.Module):
    """Two 3 x 3 convolutions with batch normalisation around a shortcut.

    Example
    -------
    >>> ResidualBlock(8, 16, stride=2)(torch.zeros(1, 8, 6, 6)).shape
    torch.Size([1, 16, 3, 3])
    """

    def __init__(self, width_in: int, width_out: int, stride: int) -> None:
        super().__init__()
        self.residual = torch.nn.Sequential(
            torch.nn.Conv2d(width_in, width_out, 3, stride, padding=1, bias=False),
            torch.nn.BatchNorm2d(width_out),
            torch.nn.ReLU(),
            torch.nn.Conv2d(width_out, width_out, 3, padding=1, bias=False),
            torch.nn.BatchNorm2d(width_out),
        )
        self.shortcut: torch.nn.Module = torch.nn.Identity()
        if stride != 1 or width_in != width_out:
            self.shortcut = torch.nn.Sequential(
                torch.nn.Conv2d(width_in, width_out, 1, stride, bias=False),
                torch.nn.BatchNorm2d(width_out),
            )

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return functional.relu(self.residual(maps) + self.shortcut(maps))
