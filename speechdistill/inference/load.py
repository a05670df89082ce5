"""A trained student from its folder, or from what it was exported to, ready to be used."""

from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.export.model_folder import MODEL, YAML, load_model_folder
from speechdistill.inference.speaker_embedder import SpeakerEmbedder
from speechdistill.inputs.utterances import Utterances
from speechdistill.models.hyperparameters import recall_settings
from speechdistill.storage.places import SETTINGS, Stage
from speechdistill.students.calibration import load_calibration
from speechdistill.students.extraction import load_student, name_epochs

FOLDERS = "the folder of a trained student, or of its export"


def load_embedder(
    path: str | Path,
    trust: bool = False,
    device: str | None = None,
    remedy: str = "trust=True",
) -> SpeakerEmbedder:
    """Load a model: see :func:`speechdistill.load`.

    ``remedy`` is how a user says that a folder is trusted, for messages.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise InputError(f"there is no model {folder}: give {FOLDERS}")
    if (folder / SETTINGS).exists():
        return _of_student(folder, trust, device, remedy)
    for place in (folder, folder / MODEL):
        if (place / YAML).exists():
            return _of_export(place, device)
    raise InputError(f"{folder} is no model: give {FOLDERS}")


def _of_export(folder: Path, device: str | None) -> SpeakerEmbedder:
    model = load_model_folder(folder)
    return SpeakerEmbedder(
        model.encoder,
        model.sample_rate,
        model.name,
        model.calibration,
        {"made of": f"{model.epochs} of a trained student, exported"},
        device,
    )


def _of_student(folder: Path, trust: bool, device: str | None, remedy: str) -> SpeakerEmbedder:
    student, checkpoints = load_student(folder, trust, remedy)
    if not isinstance(student.inputs, Utterances):
        raise InputError(f"{folder} is a student of {student.inputs.kind}s: give one of speech")
    settings = recall_settings(folder, Stage.STUDENT)
    best = checkpoints[0].meta
    facts: dict[str, object] = {
        "made of": f"{name_epochs(checkpoints)} of a trained student",
        "training speakers": settings["people"],
        "seed": settings["seed"],
    }
    if "error" in best:
        facts["dev error"] = f"{100 * best['error']:.2f} %"
    return SpeakerEmbedder(
        student.encoder,
        student.inputs.sample_rate,
        folder.resolve().name,
        load_calibration(folder, checkpoints),
        facts,
        device,
    )
