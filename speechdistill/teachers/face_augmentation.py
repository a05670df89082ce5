"""What a camera varies without changing who is seen."""

import torch
from torch.nn import functional


class FaceAugmentation(torch.nn.Module):
    """Mirror, shift, brighten and re-contrast every image of a batch at random; turn some grey.

    Arguments
    ---------
    shift: largest shift in each direction, as a share of the image's side.
    brightness: largest change added to pixels in [-1, 1].
    contrast: largest relative change of contrast.
    grey: share of the images that lose their colours: what a face's colours tell of a person, the
        voice does not.

    Example
    -------
    >>> augment = FaceAugmentation(shift=0.1)
    >>> augment(torch.zeros(4, 3, 32, 32)).shape
    torch.Size([4, 3, 32, 32])
    """

    def __init__(
        self,
        shift: float = 0.08,
        brightness: float = 0.25,
        contrast: float = 0.25,
        grey: float = 0.0,
    ) -> None:
        super().__init__()
        self.shift = shift
        self.brightness = brightness
        self.contrast = contrast
        self.grey = grey

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Augment ``(batch, 3, height, width)`` in [-1, 1]."""
        count = len(images)
        mirror = torch.randint(0, 2, (count,), device=images.device) * 2.0 - 1
        affine = torch.zeros(count, 2, 3, device=images.device)
        affine[:, 0, 0] = mirror
        affine[:, 1, 1] = 1
        affine[:, :, 2] = self._uniform(count, 2, images) * 2 * self.shift
        grid = functional.affine_grid(affine, list(images.shape), align_corners=False)
        images = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
        is_grey = torch.rand(count, 1, 1, 1, device=images.device) < self.grey
        images = torch.where(is_grey, _luminance(images), images)
        contrast = 1 + self.contrast * self._uniform(count, 1, images)[:, :, None, None]
        brightness = self.brightness * self._uniform(count, 1, images)[:, :, None, None]
        return (images * contrast + brightness).clamp(-1, 1)

    @staticmethod
    def _uniform(rows: int, columns: int, like: torch.Tensor) -> torch.Tensor:
        return torch.rand(rows, columns, device=like.device) * 2 - 1


def _luminance(images: torch.Tensor) -> torch.Tensor:
    """Grey images by the weights of ITU-R BT.601, ``(batch, 1, height, width)``."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=images.device)
    return torch.einsum("bchw,c->bhw", images, weights).unsqueeze(1)
