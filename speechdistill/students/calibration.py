"""What a trained student's scores mean: fitted once, on its dev trials."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from speechbrain.utils.checkpoints import Checkpoint

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_table import CutTable
from speechdistill.storage.files import require
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, content_of, recorded
from speechdistill.storage.places import CALIBRATION, DEV, EMBEDDINGS, Stage, trial_list
from speechdistill.students.extraction import embedded_from
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.calibration.operating_point import DevCalibration
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trials.speakers import speakers_of
from speechdistill.verification.trials.trial_list import TrialList

logger = logging.getLogger(__name__)

# Folders of a corpus that do not say its name.
UNNAMED = {"wav", "aac", "audio", "dev", "test", "decoded", "data"}


def calibrate_student(student_exp: Path, dev: Path) -> None:
    """Fit ``<student>/calibration.json`` on the dev trials, from the embeddings there.

    What was fitted on these embeddings and trials is left as it is. Where no trial is on the wrong
    side, so that any scale would fit, or where trials of one speaker do not score higher, there is
    none, and a warning.

    Arguments
    ---------
    student_exp: a trained student's folder, with the embeddings of ``dev``.
    dev: folder of the dev set's manifests, with its trials.

    Raises
    ------
    InputError: embeddings or trials are missing.
    """
    path = student_exp / CALIBRATION
    folder = student_exp / EMBEDDINGS / DEV
    listed = require(trial_list(dev), Stage.MANIFESTS)
    sources = {"embeddings": recorded(folder / MADE_FROM), "trials": content_of(listed)}
    if path.exists() and DevCalibration.load(path).made_from == sources:
        return
    embeddings = KeyedVectors.load(folder, Stage.EMBEDDINGS)
    trials = TrialList.load(listed)
    is_embedded = np.array([name in embeddings for name in trials.ids])  # it could be read
    trials = trials.subset(is_embedded[trials.enrol] & is_embedded[trials.test])
    try:
        fitted = Calibration.fit(cosine_scores(trials, embeddings, embeddings), trials.labels)
        if fitted.score_weight <= 0:
            raise InputError("on its dev trials one speaker scores no higher than two")
    except InputError as error:
        path.unlink(missing_ok=True)
        logger.warning("%s has no calibration: %s", student_exp.name, error)
        return
    calibration = DevCalibration(
        fitted.score_weight,
        fitted.offset,
        corpus_of(dev),
        listed.name,
        len(trials),
        int((trials.labels == 1).sum()),
        len(set(speakers_of(embeddings.ids))),
        sources,
    )
    calibration.save(path)
    logger.info("calibration of %s %s", student_exp.name, calibration)


def load_calibration(student_exp: Path, checkpoints: Sequence[Checkpoint]) -> DevCalibration | None:
    """Return a student's calibration; None if there is none, or one of other checkpoints."""
    path = student_exp / CALIBRATION
    if not path.exists():
        return None
    found = DevCalibration.load(path)
    of = found.made_from.get("embeddings")
    expected = embedded_from(student_exp, checkpoints)
    if not isinstance(of, dict) or any(of.get(name) != expected[name] for name in expected):
        logger.warning("%s is of other checkpoints: run %s again", path, Stage.EMBEDDINGS)
        return None
    return found


def corpus_of(folder: Path) -> str:
    """Name the corpus of a set: the folder that its recordings are in."""
    table = CutTable.load(folder)
    sources = {table.cut(row).recording.sources[0].source for row in range(len(table))}
    common = Path(os.path.commonpath([Path(str(source)).parent for source in sources]))
    named = [part for part in common.parts[1:] if part.lower() not in UNNAMED]
    return named[-1] if named else "an unnamed corpus"
