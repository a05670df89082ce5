"""A trained student as a folder that anybody may load: plain values and tensors, no code.

::

    hyperparameters.yaml   the encoder: rate, features, normalisation, network
    model.safetensors      its numbers
    calibration.json       from a cosine to a log-likelihood ratio, if dev trials gave one
    README.md              the model card
"""

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from speechdistill.base.errors import InputError
from speechdistill.export.encoder_state import encoder_state, load_encoder_state
from speechdistill.export.encoder_yaml import PARTS, SAMPLE_RATE, check_encoder_yaml, encoder_yaml
from speechdistill.export.exported_model import ExportedModel
from speechdistill.export.model_card import model_card
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import CALIBRATION, Stage
from speechdistill.students.calibration import load_calibration
from speechdistill.students.extraction import load_student, name_epochs
from speechdistill.students.speaker_encoder import SpeakerEncoder
from speechdistill.verification.calibration.operating_point import DevCalibration

MODEL = "model"  # its name in an export
YAML, WEIGHTS, CARD = "hyperparameters.yaml", "model.safetensors", "README.md"
MADE_BY = f"`speechdistill export`, or {Stage.EXPORT},"


def save_model_folder(student_exp: Path, output: Path, trust: bool = True) -> ExportedModel:
    """Export a trained student, as it is embedded with, into a folder; return it.

    The calibration is that on dev trials, and the card quotes RESULTS.md, if their embeddings were
    made by the student as it is now.

    Arguments
    ---------
    student_exp: a trained student's folder.
    output: the folder; one that this program wrote is replaced.
    trust: see :func:`speechdistill.students.extraction.load_student`.

    Raises
    ------
    InputError: no trained student of speech, one whose parts are not of SpeechBrain or this
        toolkit, or an output that may not be replaced.
    """
    check_output(output, [student_exp / "save"], is_folder=True)
    student, checkpoints = load_student(student_exp, trust)
    if not isinstance(student.encoder, SpeakerEncoder):
        raise InputError(f"{student_exp} does not perceive speech: such a student is not exported")
    yaml = encoder_yaml(student_exp)
    state = encoder_state(student.encoder)
    epochs = name_epochs(checkpoints)
    calibration = load_calibration(student_exp, checkpoints)
    with written_whole(output) as folder:
        folder.mkdir()
        (folder / YAML).write_text(yaml.text, encoding="utf-8")
        save_file(state, folder / WEIGHTS, {"name": student_exp.name, "epochs": epochs})
        if calibration is not None:
            calibration.save(folder / CALIBRATION)
        model = load_model_folder(folder)
        (folder / CARD).write_text(model_card(student_exp, model), encoding="utf-8")
    return model


def load_model_folder(path: Path) -> ExportedModel:
    """Load what :func:`save_model_folder` wrote. Nothing in the folder is executed or unpickled.

    Of the YAML only parts of encoders are built, by the names of SpeechBrain's and this toolkit's
    classes; the tensors are read as safetensors.

    Raises
    ------
    InputError: a file is missing or broken, the YAML names anything else, or the tensors are not
        those of its encoder.

    Example
    -------
    >>> load_model_folder(Path("/nonexistent"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: missing /nonexistent/hyperparameters.yaml: \
`speechdistill export`, or stage ...
    """
    yaml_path, weights = require(path / YAML, MADE_BY), require(path / WEIGHTS, MADE_BY)
    try:
        yaml = Hyperparameters(yaml_path.read_text(encoding="utf-8"), str(yaml_path))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {yaml_path} ({error}): export the model again") from error
    check_encoder_yaml(yaml.text, yaml.name)
    hparams = yaml.build({}, {})
    encoder = SpeakerEncoder(*(hparams[part] for part in PARTS)).eval()
    rate = hparams[SAMPLE_RATE]
    try:
        with safe_open(weights, "pt") as file:
            facts = file.metadata() or {}
            names = file.keys()
            load_encoder_state(encoder, {name: file.get_tensor(name) for name in names})
        with torch.inference_mode():
            dimension = encoder(torch.zeros(1, rate)).shape[1]
    except (OSError, RuntimeError, TypeError, ValueError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError(f"{path} holds no whole model: {reason}: export it again") from error
    found = path / CALIBRATION
    return ExportedModel(
        facts.get("name", path.name),
        encoder,
        rate,
        dimension,
        DevCalibration.load(found) if found.exists() else None,
        facts.get("epochs", "unknown epochs"),
        yaml.text,
    )
