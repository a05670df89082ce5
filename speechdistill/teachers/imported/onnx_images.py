"""Face images through an ONNX model that somebody else trained: an ArcFace export, say."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.inputs.frozen import EncodedSet
from speechdistill.inputs.image_files import read_image, readable_images
from speechdistill.inputs.items import InputItem

CHANNELS = ("RGB", "BGR")
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


class OnnxImages:
    """A frozen image encoder: float32 ``(batch, 3, height, width)`` to ``(batch, dimension)``.

    Images are squared to ``image_size``; what goes in is ``(value - mean) / std`` per channel, for
    values of 0 to 255. InsightFace's ArcFace exports take 112 pixels, RGB, mean and std 127.5;
    models from OpenCV's world often take BGR; torchvision's mean 0.485 is 123.675 here.

    Arguments
    ---------
    model: the ``.onnx`` file, with one input and one output.
    image_size: in pixels.
    mean, std: of the channels, in their order; one number, or three.
    channels: ``RGB`` or ``BGR``.
    batch_size: images at once, where the model leaves it open.

    Raises
    ------
    ValueError: mean or std of other than 1 or 3 numbers, a std that is not positive, other
        channels, or a size below 1.
    """

    kind = "face"

    def __init__(
        self,
        model: str,
        image_size: int,
        mean: float | Sequence[float] = 127.5,
        std: float | Sequence[float] = 127.5,
        channels: str = "RGB",
        batch_size: int = 32,
    ) -> None:
        if channels not in CHANNELS:
            raise ValueError(f"channels {channels!r}: give one of {', '.join(CHANNELS)}")
        if min(image_size, batch_size) < 1:
            raise ValueError(f"image_size {image_size}, batch_size {batch_size}: at least 1")
        self.model = Path(model)
        self.image_size = image_size
        self.mean, self.std = _per_channel("mean", mean), _per_channel("std", std)
        if not np.all(self.std > 0):
            raise ValueError(f"std {std}: give positive numbers")
        self.channels = channels
        self.batch_size = batch_size

    @property
    def files(self) -> Sequence[Path]:
        """The model."""
        return [self.model]

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Encode the images that can be read; their quality is that of the set.

        Raises
        ------
        InputError: onnxruntime is not installed; the model is missing, broken, or takes or gives
            something else than images and vectors.
        """
        session = self._session()
        return {name: self._encode_set(session, folder) for name, folder in folders.items()}

    def _session(self) -> Any:
        try:
            import onnxruntime
        except ImportError as error:
            raise InputError(
                "the image teacher needs onnxruntime: pip install 'speechdistill[onnx]'"
            ) from error
        if not self.model.is_file():
            raise InputError(f"no file {self.model}: give an ONNX model with --teacher.model")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        available = onnxruntime.get_available_providers()
        try:
            session = onnxruntime.InferenceSession(
                str(self.model), options, [name for name in PROVIDERS if name in available]
            )
        except Exception as error:  # onnxruntime's errors have no common class
            raise InputError(f"cannot load {self.model} ({_one_line(error)})") from error
        self._check_shapes(session)
        return session

    def _check_shapes(self, session: Any) -> None:
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise InputError(
                f"{self.model} has {len(inputs)} inputs and {len(outputs)} outputs: give a model "
                "of one image input and one embedding output"
            )
        shape, kind = inputs[0].shape, inputs[0].type
        wanted = (self.image_size, self.image_size)
        if kind != "tensor(float)" or len(shape) != 4 or _is_other(shape[1], 3):
            raise InputError(
                f"{self.model} takes {kind} {shape}, not float (batch, 3, height, width): "
                "export it so"
            )
        if any(map(_is_other, shape[2:], wanted)):
            raise InputError(
                f"{self.model} takes images of {shape[2]} x {shape[3]}, not "
                f"{self.image_size} x {self.image_size}: set --teacher.image_size"
            )
        if len(outputs[0].shape) not in (0, 2):
            raise InputError(
                f"{self.model} gives {outputs[0].shape}, not (batch, dimension): "
                "export it up to its embedding"
            )

    def _encode_set(self, session: Any, folder: Path) -> EncodedSet:
        images, quality = readable_images(folder)
        encoded: list[ImageRecord] = []
        skipped: list[tuple[str, str]] = []
        vectors: list[np.ndarray] = []
        batch_size = session.get_inputs()[0].shape[0]
        with tqdm(total=len(images), desc=folder.name, unit="image", dynamic_ncols=True) as bar:
            for group, pixels in self._batches(images, skipped, batch_size):
                # Where the batch size is fixed, the last batch has more images than are wanted.
                found = self._run(session, pixels)[: len(group)]
                is_finite = np.isfinite(found).all(axis=1)
                vectors.append(found[is_finite])
                for image, is_good in zip(group, is_finite, strict=True):
                    if is_good:
                        encoded.append(image)
                    else:
                        skipped.append((image.id, "the model's output is not finite"))
                bar.update(len(group))
        return EncodedSet(
            [InputItem.of_image(image) for image in encoded],
            np.concatenate(vectors) if vectors else np.empty((0, 0), np.float32),
            np.array([quality.scores[image.id] for image in encoded]),
            skipped,
        )

    def _batches(
        self,
        images: Sequence[ImageRecord],
        skipped: list[tuple[str, str]],
        fixed_size: int | str | None,
    ) -> Iterator[tuple[list[ImageRecord], np.ndarray]]:
        """Read images in batches; those that cannot be read are added to ``skipped``."""
        size = fixed_size if isinstance(fixed_size, int) else self.batch_size
        for start in range(0, len(images), size):
            group, pixels = [], []
            for image in images[start : start + size]:
                try:
                    pixels.append(self._read(image.path))
                    group.append(image)
                except InputError:
                    skipped.append((image.id, "image cannot be read"))
            if group and isinstance(fixed_size, int):
                pixels += [pixels[-1]] * (size - len(pixels))
            if group:
                yield group, np.stack(pixels)

    def _read(self, path: str) -> np.ndarray:
        pixels = 127.5 * (read_image(path, self.image_size).numpy() + 1)
        pixels = pixels[:: 1 if self.channels == "RGB" else -1]
        return (pixels - self.mean[:, None, None]) / self.std[:, None, None]

    def _run(self, session: Any, pixels: np.ndarray) -> np.ndarray:
        try:
            vectors = session.run(None, {session.get_inputs()[0].name: pixels})[0]
        except Exception as error:  # onnxruntime's errors have no common class
            raise InputError(
                f"{self.model} fails on images of {self.image_size} pixels ({_one_line(error)}): "
                "set --teacher.image_size to what it takes"
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(pixels):
            raise InputError(
                f"{self.model} gives {vectors.shape} for {len(pixels)} images, not "
                "(batch, dimension): export it up to its embedding"
            )
        return np.asarray(vectors, dtype=np.float32)


def _is_other(size: int | str | None, wanted: int) -> bool:
    """Whether a model fixes a size, and to another one; open sizes have a name or None."""
    return isinstance(size, int) and size != wanted


def _per_channel(name: str, values: float | Sequence[float]) -> np.ndarray:
    numbers = np.atleast_1d(np.asarray(values, dtype=np.float32))
    if numbers.shape not in ((1,), (3,)):
        raise ValueError(f"{name} {values}: give one number, or one per channel")
    return numbers


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
