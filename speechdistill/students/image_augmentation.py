"""What may vary in an image without changing its class."""

import math

import torch
from torch.nn import functional


class ImageAugmentation(torch.nn.Module):
    """Shift, turn, scale and re-contrast every image of a batch at random.

    Arguments
    ---------
    shift: largest shift in each direction, as a share of the image's side.
    rotation: largest angle either way, in degrees.
    scale: largest relative change of size.
    contrast: largest relative change of contrast.
    mirror: whether left and right may be exchanged: in faces they may, in digits not.

    Example
    -------
    >>> augment = ImageAugmentation(shift=0.1, rotation=10, scale=0.1)
    >>> augment(torch.zeros(4, 3, 32, 32)).shape
    torch.Size([4, 3, 32, 32])
    """

    def __init__(
        self,
        shift: float = 0.0,
        rotation: float = 0.0,
        scale: float = 0.0,
        contrast: float = 0.0,
        mirror: bool = False,
    ) -> None:
        super().__init__()
        self.shift = shift
        self.rotation = rotation
        self.scale = scale
        self.contrast = contrast
        self.mirror = mirror

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Augment ``(batch, 3, height, width)`` in [-1, 1]."""
        count = len(images)
        angle = math.radians(self.rotation) * _uniform(count, images)
        zoom = 1 + self.scale * _uniform(count, images)
        side = torch.ones(count, device=images.device)
        if self.mirror:
            side = torch.randint(0, 2, (count,), device=images.device) * 2.0 - 1
        affine = torch.zeros(count, 2, 3, device=images.device)
        affine[:, 0, 0] = side * zoom * angle.cos()
        affine[:, 0, 1] = -side * zoom * angle.sin()
        affine[:, 1, 0] = zoom * angle.sin()
        affine[:, 1, 1] = zoom * angle.cos()
        # The grid spans 2: a share of the side is twice as much there.
        affine[:, 0, 2] = 2 * self.shift * _uniform(count, images)
        affine[:, 1, 2] = 2 * self.shift * _uniform(count, images)
        grid = functional.affine_grid(affine, list(images.shape), align_corners=False)
        moved = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
        contrast = 1 + self.contrast * _uniform(count, images)
        return (moved * contrast[:, None, None, None]).clamp(-1, 1)


def _uniform(count: int, like: torch.Tensor) -> torch.Tensor:
    return torch.rand(count, device=like.device) * 2 - 1
