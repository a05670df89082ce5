"""A trained speech model as a teacher of speech: a bigger student, or one from SpeechBrain."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.utils.distributed import infer_device
from speechbrain.utils.fetching import FetchConfig

from speechdistill.base.errors import InputError
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.inputs.frozen import EncodedSet
from speechdistill.inputs.perceived import Inputs
from speechdistill.inputs.utterances import Utterances
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.trust import check_trusted
from speechdistill.students.extraction import embed, load_student
from speechdistill.students.speaker_encoder import SpeakerEncoder

STUDENT, PRETRAINED = "settings.json", "hyperparams.yaml"
PRETRAINED_PATH = "pretrained_path"
TRUST = "--teacher.trust true"


class SpeechModel:
    """The embeddings of whole utterances by a model that stays as it is.

    Arguments
    ---------
    folder: of a student of this toolkit (with ``settings.json`` and ``save/``), taken as its
        embeddings are extracted; or of a pretrained SpeechBrain model (with
        ``hyperparams.yaml`` and its parameters), as ``EncoderClassifier`` reads it. Nothing is
        downloaded.

    trust: whether the folder's YAML may name whatever it likes, code included. Without, it may name
        parts of models alone (:func:`speechdistill.models.trust.check_trusted`).

    Example
    -------
    >>> SpeechModel("/nonexistent/ecapa").encode({"train": Path("data/train")})
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: no model in /nonexistent/ecapa: give the folder of a \
trained student (settings.json) or of a pretrained SpeechBrain model (hyperparams.yaml) with \
--teacher.model
    """

    kind = "speech"

    def __init__(self, folder: str, trust: bool = False) -> None:
        self.folder = Path(folder)
        self.trust = trust

    @property
    def files(self) -> Sequence[Path]:
        """The model's parameters and what it is built from."""
        return [
            self.folder / STUDENT,
            self.folder / PRETRAINED,
            *sorted(self.folder.glob("*.ckpt")),
            *sorted(self.folder.glob("save/*/*.ckpt")),
        ]

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Encode the utterances that can be read; their quality is that of the set.

        Raises
        ------
        InputError: the folder holds no model, one whose parts are missing, or one that would run
            code.
        """
        inputs, encoder = self._load()
        return {name: self._encode_set(inputs, encoder, path) for name, path in folders.items()}

    def _load(self) -> tuple[Inputs, torch.nn.Module]:
        if (self.folder / STUDENT).is_file():
            student, _ = load_student(self.folder, self.trust, TRUST)
            return student.inputs, student.encoder
        if (self.folder / PRETRAINED).is_file():
            return _load_pretrained(self.folder, self.trust)
        raise InputError(
            f"no model in {self.folder}: give the folder of a trained student ({STUDENT}) or of a "
            f"pretrained SpeechBrain model ({PRETRAINED}) with --teacher.model"
        )

    def _encode_set(self, inputs: Inputs, encoder: torch.nn.Module, folder: Path) -> EncodedSet:
        if next(iterate_cuts(folder), None) is None:
            return EncodedSet([], np.empty((0, 0), np.float32), np.empty(0))
        utterances = inputs.perceive(folder.parent, self.folder, folder.name)
        quality = utterances.quality.scores
        return EncodedSet(
            utterances.items,
            # Where there are several processes, the main one alone is here.
            embed(encoder, utterances, infer_device(), workers=0, is_shared=False),
            np.array([quality[item.id] for item in utterances.items]),
        )


def _load_pretrained(folder: Path, trust: bool) -> tuple[Inputs, torch.nn.Module]:
    yaml = Hyperparameters.read(folder / PRETRAINED)
    if not trust:
        # As SpeechBrain will read it: what it includes is not looked at here.
        text = (folder / PRETRAINED).read_text(encoding="utf-8-sig")
        check_trusted(text, {}, yaml.name, TRUST)
    # Published YAMLs name the hub here.
    elsewhere = {PRETRAINED_PATH: str(folder.resolve())} if PRETRAINED_PATH in yaml.keys else {}
    try:
        model = EncoderClassifier.from_hparams(
            source=str(folder.resolve()),
            overrides=elsewhere,
            fetch_config=FetchConfig(allow_network=False),
        )
    except Exception as error:  # of building anybody's YAML
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise InputError(
            f"cannot load {folder} as a SpeechBrain EncoderClassifier ({reason})"
        ) from error
    sample_rate = getattr(model.hparams, "sample_rate", 16000)
    encoder = SpeakerEncoder(
        model.mods.compute_features, model.mods.mean_var_norm, model.mods.embedding_model
    )
    return Utterances(sample_rate, chunk_duration=1.0), encoder
