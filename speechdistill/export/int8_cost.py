"""What 8-bit weights cost in EER, on the test set that the student was scored on."""

import logging
import tempfile
from pathlib import Path

from speechdistill.export.onnx_encoder import OnnxEncoder
from speechdistill.inputs.utterances import Utterances, readable_cuts
from speechdistill.reporting.evaluation import changes, evaluate_list
from speechdistill.reporting.tables import change_with_p
from speechdistill.reporting.trained_state import is_made_now
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, recorded
from speechdistill.storage.places import EMBEDDINGS, TEST, trials_of
from speechdistill.students.extraction import embed
from speechdistill.verification.scoring.score_list import score_list

logger = logging.getLogger(__name__)

FULL, SMALL = "float32", "int8"


def int8_cost(student_exp: Path, data: Path, path: Path, sample_rate: int) -> dict[str, str]:
    """Embed the test set with a model of 8-bit weights; say how its EER differs from the student's.

    Arguments
    ---------
    student_exp: the student's folder, with ``embeddings/test`` of the student as it is now.
    data: folder of the sets.
    path: the model, from waveforms.
    sample_rate: in Hz.

    Returns
    -------
    Trial list -> both EERs and the relative change, with 95 % intervals over speakers; nothing if
    there are no test trials, or no embeddings of this test set.
    """
    vectors = student_exp / EMBEDDINGS / TEST
    lists = sorted(trials_of(data / TEST).glob("*"))
    if not lists or not is_made_now(student_exp, recorded(vectors / MADE_FROM)):
        return {}
    perceived = Utterances(sample_rate, 1.0).perceive_table(*readable_cuts(data / TEST))
    known = KeyedVectors.load(vectors)
    if not {item.id for item in perceived.items} <= set(known.ids):
        logger.warning(
            "what int8 costs is not known: %s has no embeddings of %s", student_exp, data / TEST
        )
        return {}
    small = embed(OnnxEncoder(path), perceived, "cpu", workers=0, is_shared=False)
    systems = {
        FULL: known,
        SMALL: KeyedVectors([item.id for item in perceived.items], small),
    }
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for trials in lists:
            for name, embeddings in systems.items():
                scores = Path(folder, name, f"{trials.stem}.txt")
                score_list(trials, embeddings, embeddings, scores, skipped_limit=1)
            folders = {name: Path(folder, name) for name in systems}
            result = evaluate_list(trials, folders, seed=1, skipped_limit=1)
            full, cheap = (result.systems[name] for name in systems)
            before, after = (100 * each.metrics["EER"].value for each in (full, cheap))
            change = change_with_p(changes(full, cheap)["EER"])
            found[trials.stem] = f"{before:.2f} % to {after:.2f} %: {change}"
    return found
