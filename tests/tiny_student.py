"""A student's folder as training leaves it, with the numbers that it was begun with."""

from pathlib import Path

import numpy as np
import soundfile

from speechdistill.models.checkpoints import save_checkpoint
from speechdistill.models.hyperparameters import Hyperparameters, remember_settings
from speechdistill.storage.places import CALIBRATION
from speechdistill.students.extraction import embedded_from
from speechdistill.students.student import build_student
from speechdistill.verification.calibration.operating_point import DevCalibration
from tests.tiny_corpus import voice

CONF = Path(__file__).parents[1] / "recipes" / "voxceleb" / "conf"
OVERRIDES = {"n_mels": 20, "emb_dim": 16}


def make_student(folder: Path, seed: int = 1, calibrated: bool = True) -> Path:
    """Write settings, a checkpoint and, if wanted, a calibration of a made-up corpus."""
    yaml = Hyperparameters.read(CONF / "student_small.yaml")
    settings = {
        "student": yaml.text,
        "student overrides": OVERRIDES,
        "seed": seed,
        "people": 5,
        "targets": {},
    }
    folder.mkdir(parents=True)
    remember_settings(folder, settings)
    checkpointer = build_student(yaml, OVERRIDES, folder, seed, 5)["checkpointer"]
    save_checkpoint(checkpointer, {"epoch": 1, "error": 0.25}, end_of_epoch=True)
    if calibrated:
        made_from = embedded_from(folder, checkpointer.list_checkpoints())
        fitted = DevCalibration(
            20.0, -8.0, "tiny", "dev.txt", 100, 20, 5, {"embeddings": made_from}
        )
        fitted.save(folder / CALIBRATION)
    return folder


def make_recordings(folder: Path) -> dict[str, Path]:
    """Write voices of two people: the first at 16 kHz and, in stereo, at 44.1 kHz; the second."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    first, again, second = (voice(number, generator) for number in (0, 0, 5))
    paths = {name: folder / name for name in ("a.wav", "b.flac", "c.ogg")}
    soundfile.write(paths["a.wav"], first, 16000)
    times = np.arange(2 * 44100) / 44100
    stereo = np.interp(times, np.arange(len(again)) / 16000, again)
    soundfile.write(paths["b.flac"], np.stack([stereo, stereo], axis=1), 44100)
    soundfile.write(paths["c.ogg"], second, 16000)
    return paths
