"""From a trial list and embeddings to a score file."""

from pathlib import Path

from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.verification.score_files import write_scores
from speechdistill.verification.scoring import cosine_scores, scorable_trials
from speechdistill.verification.trials import TrialList


def score_list(
    trials_path: Path,
    enrol: KeyedVectors,
    test: KeyedVectors,
    output: Path,
    missing_limit: float = 0.01,
) -> None:
    """Score a trial list by the cosine and write ``enrol test score`` lines to ``output``.

    Trials that lack an embedding are left out; their utterances are listed in
    ``<stem of output>.missing``.

    Arguments
    ---------
    trials_path: the trial list, in VoxCeleb form.
    enrol, test: embeddings of both sides, keyed by utterance id; often the same.
    output: the score file.
    missing_limit: largest share of trials that may lack an embedding, in [0, 1].

    Raises
    ------
    InputError: a broken list or embeddings, or more trials without embedding than the limit.
    """
    trials = scorable_trials(
        TrialList.load(trials_path),
        enrol,
        test,
        missing_limit,
        output.with_name(f"{output.stem}.missing"),
    )
    write_scores(trials, cosine_scores(trials, enrol, test), output)
