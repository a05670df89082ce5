"""Which keys the YAML of a student, of a teacher and of an objective must have."""

from collections.abc import Mapping
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters

TRAINING = (
    *("batch_size", "embedding_model", "classifier", "modules", "compute_cost", "opt_class"),
    *("lr_annealing", "epoch_counter", "train_logger", "checkpointer"),
)
NONE: Mapping[str, Any] = {}
UTTERANCES = ("sample_rate", "sentence_len", "compute_features", "mean_var_norm")


def require_student(yaml: Hyperparameters, overrides: Mapping[str, Any] = NONE) -> None:
    """Refuse a student's YAML without a key of SpeechBrain's recipes that training needs.

    One that an override makes null is missing, too.

    Raises
    ------
    InputError: it names the YAML, the key, and where to copy it from.

    Example
    -------
    >>> require_student(Hyperparameters("lr: 1\\n", "own.yaml"))
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: own.yaml has no key batch_size: a student needs it: \
copy it from recipes/voxceleb/conf/student_small.yaml
    """
    perceived = () if "inputs" in yaml.keys else UTTERANCES
    _require(yaml, overrides, (*TRAINING, *perceived), "a student", "student_small.yaml")


def require_teacher(yaml: Hyperparameters, overrides: Mapping[str, Any] = NONE) -> None:
    """Refuse a teacher's YAML without ``inputs``, or one to be trained without what that needs.

    A YAML without ``classifier`` is a frozen teacher's: nothing is trained.

    Raises
    ------
    InputError: it names the YAML, the key, and where to copy it from.
    """
    _require(yaml, overrides, ("inputs",), "a teacher", "teacher_face.yaml")
    if "classifier" in yaml.keys:
        _require(yaml, overrides, TRAINING, "a teacher with a classifier", "every_teacher.yaml")


def require_objective(yaml: Hyperparameters, overrides: Mapping[str, Any] = NONE) -> None:
    """Refuse a distillation's YAML without ``objective``.

    Raises
    ------
    InputError: it names the YAML, the key, and where to copy it from.
    """
    _require(yaml, overrides, ("objective",), "a distillation", "distill_soft.yaml")


def _require(
    yaml: Hyperparameters,
    overrides: Mapping[str, Any],
    keys: tuple[str, ...],
    whose: str,
    model: str,
) -> None:
    for key in keys:
        if overrides.get(key, key) is None:
            raise InputError(f"{yaml.name}: {key} is null, but {whose} needs it: leave it")
        if key not in yaml.keys:
            raise InputError(
                f"{yaml.name} has no key {key}: {whose} needs it: copy it from "
                f"recipes/voxceleb/conf/{model}"
            )
