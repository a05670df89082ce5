"""Scores of a trained student on the test set, on each of its conditions, and on further tests."""

from pathlib import Path

from speechdistill.corpora.conditions.catalogue import available_sets, trial_lists
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import EMBEDDINGS, SCORES, TEST, enrolment_of
from speechdistill.students.extraction import extract_embeddings
from speechdistill.verification.scoring.score_list import score_list
from speechdistill.verification.trials.enrolment import average_enrolment, read_enrolment


def score_conditions(student_exp: Path, data: Path, skipped_limit: float) -> None:
    """Embed the test set and every test condition, and score all trial lists on each.

    Both sides of a trial are degraded alike; a model is the mean of its utterances' embeddings.
    Writes ``embeddings/<set>`` and ``scores/<set>/<stem of the trial list>.txt`` in the student's
    folder.

    Arguments
    ---------
    student_exp: a trained student's folder.
    data: folder of the sets, with the test conditions if there are any.
    skipped_limit: largest share of trials that may lack an embedding; they are left out and listed.

    Raises
    ------
    InputError: no trained student, missing manifests, or too many trials without an embedding.
    """
    embeddings = student_exp / EMBEDDINGS
    sets = available_sets(data)
    extract_embeddings(student_exp, {data / name: embeddings / name for name in sets})
    for name in sets:
        _score_lists(student_exp, name, data, skipped_limit)


def score_further_test(student_exp: Path, name: str, place: Path, skipped_limit: float) -> None:
    """Embed a further test set, whose folder is ``place/test``, and score its trial lists.

    Writes and raises what :func:`score_conditions` does, with ``name`` as the set.
    """
    # On its own: batches of all sets together would change the last bits of the others.
    extract_embeddings(student_exp, {place / TEST: student_exp / EMBEDDINGS / name})
    _score_lists(student_exp, name, place, skipped_limit)


def _score_lists(student_exp: Path, name: str, data: Path, skipped_limit: float) -> None:
    vectors = KeyedVectors.load(student_exp / EMBEDDINGS / name)
    for path in trial_lists(data):
        output = student_exp / SCORES / name / f"{path.stem}.txt"
        enrolment = enrolment_of(data / TEST, path.stem)
        if not enrolment.is_file():
            score_list(path, vectors, vectors, output, skipped_limit)
            continue
        models = read_enrolment(enrolment)
        enrolled = average_enrolment(models, vectors)
        score_list(
            path,
            enrolled.embeddings,
            vectors,
            output,
            skipped_limit,
            utterances=enrolled.utterances,
            enrolment=models,
        )
