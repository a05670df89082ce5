"""Scores of a trained student on the test set and on each of its conditions."""

from pathlib import Path

from speechdistill.corpora.conditions.catalogue import available_sets, trial_lists
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import EMBEDDINGS, SCORES
from speechdistill.students.extraction import extract_embeddings
from speechdistill.verification.scoring.score_list import score_list


def score_conditions(student_exp: Path, data: Path, skipped_limit: float) -> None:
    """Embed the test set and every test condition, and score all trial lists on each.

    Both utterances of a trial are degraded alike. Writes ``embeddings/<set>`` and
    ``scores/<set>/<stem of the trial list>.txt`` in the student's folder.

    Arguments
    ---------
    student_exp: a trained student's folder.
    data: folder of the sets, with the test conditions if there are any.
    skipped_limit: largest share of trials that may lack an embedding; they are left out and listed.

    Raises
    ------
    InputError: no trained student, missing manifests, or too many trials without an embedding.
    """
    embeddings, scores = student_exp / EMBEDDINGS, student_exp / SCORES
    sets = available_sets(data)
    extract_embeddings(student_exp, {data / name: embeddings / name for name in sets})
    for name in sets:
        vectors = KeyedVectors.load(embeddings / name)
        for path in trial_lists(data):
            output = scores / name / f"{path.stem}.txt"
            score_list(path, vectors, vectors, output, skipped_limit)
