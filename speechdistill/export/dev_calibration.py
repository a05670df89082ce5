"""A map from cosines to log-likelihood ratios, fitted on dev trials and kept beside a model."""

import json
import logging
import math
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.reporting.trained_state import is_made_now
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, recorded
from speechdistill.storage.places import DEV, EMBEDDINGS, trial_list
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trials.trial_list import TrialList

logger = logging.getLogger(__name__)


def fit_on_dev(student_exp: Path, data: Path) -> Calibration | None:
    """Calibrate cosines of a student's embeddings on the dev trials, whose speakers it never heard.

    None if stages 1 and 7 left no dev trials, or no embeddings by the student as it is now, or if
    no finite map fits (every trial is decided rightly).

    Arguments
    ---------
    student_exp: a trained student's folder, with ``embeddings/dev``.
    data: folder of the sets.
    """
    embeddings, path = student_exp / EMBEDDINGS / DEV, trial_list(data / DEV)
    if not path.exists() or not is_made_now(student_exp, recorded(embeddings / MADE_FROM)):
        return None
    vectors, trials = KeyedVectors.load(embeddings), TrialList.load(path)
    is_there = np.array([name in vectors for name in trials.ids])
    try:
        trials = trials.subset(is_there[trials.enrol] & is_there[trials.test])
        return Calibration.fit(cosine_scores(trials, vectors, vectors), trials.labels)
    except InputError as error:
        logger.warning("the export gets no calibration: %s", error)
        return None


def calibration_text(calibration: Calibration) -> str:
    """Return a calibration without quality measures as JSON.

    Example
    -------
    >>> print(calibration_text(Calibration(10.0, np.empty(0), -4.0)), end="")
    {
     "offset": -4.0,
     "score_weight": 10.0
    }
    """
    values = {"score_weight": calibration.score_weight, "offset": calibration.offset}
    return json.dumps(values, indent=1, sort_keys=True) + "\n"


def read_calibration(path: Path) -> Calibration:
    """Read what :func:`calibration_text` returned.

    Raises
    ------
    InputError: it is broken.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        weight, offset = float(values["score_weight"]), float(values["offset"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f"{path} is no calibration ({error!a}): export the model again") from error
    if not (math.isfinite(weight) and math.isfinite(offset)):
        raise InputError(f"{path} holds a number that is not finite: export the model again")
    return Calibration(weight, np.empty(0), offset)
