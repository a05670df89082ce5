"""What may vary in an image without changing who or what is seen."""

import math

import torch
from torch.nn import functional


class ImageAugmentation(torch.nn.Module):
    """Shift, turn, scale, mirror, brighten and re-contrast every image of a batch at random.

    Arguments
    ---------
    shift: largest shift in each direction, as a share of the image's side.
    rotation: largest angle either way, in degrees.
    scale: largest relative change of size.
    brightness: largest change added to pixels in [-1, 1].
    contrast: largest relative change of contrast.
    grey: share of the images that lose their colours: what a face's colours tell of a person, the
        voice does not.
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
        brightness: float = 0.0,
        contrast: float = 0.0,
        grey: float = 0.0,
        mirror: bool = False,
    ) -> None:
        super().__init__()
        self.shift = shift
        self.rotation = rotation
        self.scale = scale
        self.brightness = brightness
        self.contrast = contrast
        self.grey = grey
        self.mirror = mirror

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Augment ``(batch, 3, height, width)`` in [-1, 1]."""
        count = len(images)
        affine = self._affine(count, images.device)
        grid = functional.affine_grid(affine, list(images.shape), align_corners=False)
        images = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
        is_grey = torch.rand(count, 1, 1, 1, device=images.device) < self.grey
        images = torch.where(is_grey, _luminance(images), images)
        contrast = 1 + self.contrast * _uniform(images.device, count, 1, 1, 1)
        brightness = self.brightness * _uniform(images.device, count, 1, 1, 1)
        return (images * contrast + brightness).clamp(-1, 1)

    def _affine(self, count: int, device: torch.device) -> torch.Tensor:
        """Sample ``(count, 2, 3)`` maps of the plane; what cannot vary takes no random number."""
        side = zoom = torch.ones(count, device=device)
        angle = torch.zeros(count, device=device)
        if self.mirror:
            side = torch.randint(0, 2, (count,), device=device) * 2.0 - 1
        if self.rotation:
            angle = math.radians(self.rotation) * _uniform(device, count)
        if self.scale:
            zoom = 1 + self.scale * _uniform(device, count)
        affine = torch.zeros(count, 2, 3, device=device)
        affine[:, 0, 0] = side * zoom * angle.cos()
        affine[:, 0, 1] = -side * zoom * angle.sin()
        affine[:, 1, 0] = zoom * angle.sin()
        affine[:, 1, 1] = zoom * angle.cos()
        # The grid spans 2: a share of the side is twice as much there.
        affine[:, :, 2] = 2 * self.shift * _uniform(device, count, 2)
        return affine


def _uniform(device: torch.device, *shape: int) -> torch.Tensor:
    return torch.rand(shape, device=device) * 2 - 1


def _luminance(images: torch.Tensor) -> torch.Tensor:
    """Grey images by the weights of ITU-R BT.601, ``(batch, 1, height, width)``."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=images.device)
    return torch.einsum("bchw,c->bhw", images, weights).unsqueeze(1)
