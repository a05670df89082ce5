"""The YAML of a trained student's encoder alone, all that it says resolved to values."""

import re
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters, recall_settings
from speechdistill.models.part_of_yaml import with_needed_keys
from speechdistill.models.trust import ENCODER_CLASSES, check_trusted
from speechdistill.storage.places import SETTINGS, Stage

SAMPLE_RATE = "sample_rate"
PARTS = ("compute_features", "mean_var_norm", "embedding_model")


def encoder_yaml(student_exp: Path) -> Hyperparameters:
    """Return what builds a student's encoder: its rate, features, normalisation and network.

    Overrides that the student was trained with stand in it as values.

    Arguments
    ---------
    student_exp: a trained student's folder.

    Raises
    ------
    InputError: no settings of a student, or one whose encoder has parts that neither SpeechBrain
        nor this toolkit has.
    """
    settings = recall_settings(student_exp, Stage.STUDENT)
    whole = Hyperparameters(settings["student"], f"{student_exp}/{SETTINGS}")
    part = with_needed_keys(whole, [SAMPLE_RATE, *PARTS])
    overrides = settings["student overrides"]
    text = part.resolved({key: overrides[key] for key in overrides if key in part.keys})
    # Of the comments some say how the student is trained.
    text = re.sub(r"^#.*\n|^\n", "", text, flags=re.MULTILINE)
    check_encoder_yaml(text, f"the student of {part.name}")
    return Hyperparameters(text, part.name)


def check_encoder_yaml(text: str, name: str) -> None:
    """Refuse a YAML that names anything but parts of encoders, before any of it is built.

    Raises
    ------
    InputError: it does, or lacks a part.

    Example
    -------
    >>> check_encoder_yaml("x: !new:speechbrain.utils.checkpoints.Checkpointer [/tmp]", "a.yaml")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: a.yaml names \
!new:speechbrain.utils.checkpoints.Checkpointer, which could run any code: it is not loaded
    """
    check_trusted(text, {}, name, remedy="", classes=ENCODER_CLASSES)
    for key in (SAMPLE_RATE, *PARTS):
        if key not in Hyperparameters(text, name).keys:
            raise InputError(f"{name} has no key {key}: it is no encoder of speech")
