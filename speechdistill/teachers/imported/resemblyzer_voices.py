"""Voices through the encoder inside the package Resemblyzer, as a teacher of speech."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from speechbrain.utils.distributed import infer_device
from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.base.packages import folder_of_package
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.inputs.frozen import EncodedSet
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.inputs.utterances import Utterances
from speechdistill.teachers.imported.voice_encoder import SAMPLE_RATE, WIDTH, VoiceEncoder

PACKAGE, PARAMETERS = "resemblyzer", "pretrained.pt"
BATCH = 16  # utterances: some 60 windows


class ResemblyzerVoices:
    """The embeddings of whole utterances by a frozen GE2E encoder (:class:`VoiceEncoder`).

    Of the package only the file of its parameters is read: it need not be importable.

    Arguments
    ---------
    model: ``resemblyzer``, the installed package of that name; or another file of parameters for
        the same network.

    Example
    -------
    >>> ResemblyzerVoices("/nonexistent.pt").encode({"train": Path("data/train")})
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: no file /nonexistent.pt: give resemblyzer, or a file of \
its parameters with --teacher.model
    """

    kind = "speech"

    def __init__(self, model: str = PACKAGE) -> None:
        self.model = model

    @property
    def files(self) -> Sequence[Path]:
        """The parameters, where they are."""
        path = self._parameters()
        return [path] if path is not None else []

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Encode the utterances that can be read; their quality is that of the set.

        Raises
        ------
        InputError: the package is not installed, or the file is none of these parameters.
        """
        path = self._parameters()
        if path is None:
            raise InputError(
                "the voice teacher needs Resemblyzer: pip install --no-deps Resemblyzer"
            )
        if not path.is_file():
            raise InputError(
                f"no file {path}: give {PACKAGE}, or a file of its parameters with --teacher.model"
            )
        encoder = VoiceEncoder.load(path).to(infer_device()).eval()
        return {name: _encode_set(encoder, folder) for name, folder in folders.items()}

    def _parameters(self) -> Path | None:
        if self.model != PACKAGE:
            return Path(self.model)
        folder = folder_of_package(PACKAGE)
        return None if folder is None else folder / PARAMETERS


def _encode_set(encoder: VoiceEncoder, folder: Path) -> EncodedSet:
    if next(iterate_cuts(folder), None) is None:  # people who are seen alone
        return EncodedSet([], np.empty((0, WIDTH), np.float32), np.empty(0))
    # Whole utterances are heard: the chunk does not matter.
    utterances = Utterances(SAMPLE_RATE, chunk_duration=1.0).perceive(
        folder.parent, folder, folder.name
    )
    return EncodedSet(
        utterances.items,
        _embed(encoder, utterances, folder.name),
        np.array([utterances.quality.scores[item.id] for item in utterances.items]),
    )


@torch.inference_mode()
def _embed(encoder: VoiceEncoder, utterances: PerceivedSet, name: str) -> np.ndarray:
    vectors = np.empty((len(utterances), WIDTH), dtype=np.float32)
    with tqdm(total=len(utterances), desc=name, unit="utterance", dynamic_ncols=True) as bar:
        for start in range(0, len(utterances), BATCH):
            rows = range(start, min(start + BATCH, len(utterances)))
            signals = [utterances.read(row, None) for row in rows]
            vectors[rows] = encoder.embed(signals).cpu().numpy()
            bar.update(len(rows))
    return vectors
