"""Face images as batches for the teacher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from speechdistill.corpora.faces import FaceImage
from speechdistill.errors import InputError


@dataclass
class FaceBatch:
    """Images of one size.

    Arguments
    ---------
    ids: the images' ids, ``speaker/session/frame``.
    images: float32 ``(batch, 3, size, size)`` in [-1, 1].
    speakers: int64 ``(batch,)``: index among the training speakers; -1 for others.
    """

    ids: list[str]
    images: torch.Tensor
    speakers: torch.Tensor

    def to(self, device: str | torch.device) -> "FaceBatch":
        return FaceBatch(self.ids, self.images.to(device), self.speakers.to(device))


class FaceDataset(torch.utils.data.Dataset):
    """Read face images from disk, squared to one size, in RGB.

    Arguments
    ---------
    faces: what to read.
    image_size: in pixels.
    speaker_index: speaker -> class; speakers that are not in it get -1.
    """

    def __init__(
        self,
        faces: Sequence[FaceImage],
        image_size: int,
        speaker_index: Mapping[str, int] | None = None,
    ) -> None:
        self.faces = faces
        self.image_size = image_size
        self.speaker_index = speaker_index or {}
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.faces)

    def __getitem__(self, index: int) -> FaceBatch:
        face = self.faces[index]
        try:
            with Image.open(face.path) as image:
                size = (self.image_size, self.image_size)
                pixels = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BILINEAR))
        except OSError as error:
            raise InputError(
                f"cannot read {face.path} ({error}): run stages 1 and 2 again"
            ) from error
        scaled = torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1) / 127.5 - 1
        speaker = self.speaker_index.get(face.speaker, -1)
        return FaceBatch([face.id], scaled.unsqueeze(0), torch.tensor([speaker]))


def collate_faces(items: Sequence[FaceBatch]) -> FaceBatch:
    """Join items to a batch."""
    return FaceBatch(
        [name for item in items for name in item.ids],
        torch.cat([item.images for item in items]),
        torch.cat([item.speakers for item in items]),
    )
