"""Fine-tuning: a trained student goes on under other settings, such as a larger margin."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from speechbrain.utils.checkpoints import Checkpointer

from speechdistill.base.errors import InputError
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.hyperparameters import Hyperparameters, recall_settings
from speechdistill.models.plain_yaml import plain_yaml
from speechdistill.storage.places import Stage
from speechdistill.students.extraction import rebuild_student

DISTILLATION = {"keep": True, "drop": False}
FROM_LABELS_ALONE = Hyperparameters(
    "objective: !new:speechdistill.distillation.DistillationObjective\n",
    "the objective without teacher",
)


@dataclass(frozen=True)
class FineTuning:
    """What changes when a trained student is trained on, and where it starts.

    Large-margin fine-tuning: longer chunks, a larger margin, a lower learning rate, few epochs
    (Thienpondt, Desplanques, Demuynck, "The IDLab VoxSRC-20 submission: large margin fine-tuning
    and quality-aware score calibration in DNN based speaker verification", ICASSP 2021).

    Arguments
    ---------
    initial: a trained student's folder.
    overrides: key of the student's YAML -> value; they go before what the student was trained
        with.
    keeps_distillation: whether its teachers go on teaching it.
    """

    initial: Path
    overrides: Mapping[str, Any]
    keeps_distillation: bool

    @classmethod
    def read(cls, path: Path, initial: Path) -> "FineTuning":
        """Read overrides from a plain YAML, with ``distillation: keep`` or ``drop`` among them.

        Raises
        ------
        InputError: it cannot be read, or has no ``distillation``.

        Example
        -------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "fine_tune.yaml"
        >>> _ = path.write_text("distillation: drop\\naam_margin: 0.5\\n")
        >>> fine_tuning = FineTuning.read(path, Path("exp/student"))
        >>> fine_tuning.overrides, fine_tuning.keeps_distillation
        ({'aam_margin': 0.5}, False)
        """
        overrides = plain_yaml(path)
        choice = str(overrides.pop("distillation", None))
        if choice not in DISTILLATION:
            raise InputError(f"{path} needs the key distillation: {' or '.join(DISTILLATION)}")
        return cls(initial, overrides, DISTILLATION[choice])


class InitialStudent:
    """The trained student that fine-tuning starts from, as its embeddings are extracted.

    Arguments
    ---------
    folder: of the student.
    yaml: what is trained on: a folder that was made from the same is trusted.

    Attributes
    ----------
    settings: what it was trained with.

    Raises
    ------
    InputError: no trained student in the folder, or one that names more than parts of models.
    """

    def __init__(self, folder: Path, yaml: Hyperparameters) -> None:
        self.folder = folder
        self.settings = recall_settings(folder, Stage.STUDENT)
        # Of somebody else's folder the user has not seen the YAML.
        is_own = self.settings.get("student") == yaml.text
        hparams = rebuild_student(folder, is_own, "its own YAML with --student")
        self._checkpoints_dir = hparams["checkpointer"].checkpoints_dir
        self._averaging = CheckpointAveraging.of(hparams)

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What tells it from other students: its settings, and which epochs it is made of.

        Raises
        ------
        InputError: it has no checkpoint.
        """
        text = json.dumps(self.settings, sort_keys=True)
        found = self._averaging.find(Checkpointer(self._checkpoints_dir))
        return {
            "settings": hashlib.sha256(text.encode()).hexdigest(),
            "epochs": [checkpoint.meta["epoch"] for checkpoint in found],
        }

    def check_data(self, training_data: str) -> None:
        """Refuse, with an :class:`InputError`, another training set than its own.

        Arguments
        ---------
        training_data: what the settings call so.
        """
        if self.settings.get("training data") != training_data:
            raise InputError(f"{self.folder} was trained on other data: run {Stage.STUDENT} again")

    def load_into(self, recoverables: Mapping[str, Any]) -> None:
        """Give its parameters to the modules of the same names.

        Raises
        ------
        InputError: its parameters have other names or shapes.
        """
        modules = {
            name: part for name, part in recoverables.items() if isinstance(part, torch.nn.Module)
        }
        source = Checkpointer(self._checkpoints_dir, modules)
        try:
            self._averaging.load(source, sorted(modules))
        except InputError as error:
            raise InputError(f"cannot start from {self.folder}: {error}") from error
