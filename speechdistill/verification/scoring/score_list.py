"""From a trial list on disk and embeddings to a score file."""

import logging
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import Backend, Cohort, TrialScorer
from speechdistill.verification.scoring.score_files import score_lines
from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.trial_files import TrialBlock, read_trials
from speechdistill.verification.trials.words import BLOCK_BYTES

logger = logging.getLogger(__name__)


def score_list(
    trials_path: Path,
    enrol: KeyedVectors,
    test: KeyedVectors,
    output: Path,
    skipped_limit: float = 0.01,
    backend: Backend | None = None,
    cohort: Cohort | None = None,
    utterances: np.ndarray | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> None:
    """Score a trial list and write ``enrol test score`` lines to ``output``.

    The list may have any of the forms of :func:`~.trial_files.read_trials` and any length: it is
    read, scored and written block by block. Besides a block, memory holds one float32 copy of the
    embeddings that the trials name.

    Trials that lack an embedding are left out; their utterances are listed in
    ``<stem of output>.missing``.

    Arguments
    ---------
    trials_path: the trial list.
    enrol, test: embeddings of both sides, keyed by utterance id (or by model); often the same.
    output: the score file.
    skipped_limit: largest share of trials that may lack an embedding, in [0, 1].
    backend, cohort, utterances: as :class:`~.scoring.TrialScorer` takes them; by default cosines.
    block_bytes: how much of the list is in memory at a time.

    Raises
    ------
    InputError: a broken list or embeddings, or more trials without embedding than the limit.
    """
    scorer = TrialScorer(enrol, test, backend, cohort, utterances)
    test_names = NameTable(test.ids)
    enrol_names = test_names if enrol is test else NameTable(enrol.ids)
    missing = _MissingEmbeddings(trials_path, output.with_name(f"{output.stem}.missing"))
    with written_whole(output) as partial, partial.open("wb") as file:
        for block in read_trials(trials_path, block_bytes):
            enrol_rows = enrol_names.find(block.enrol.without_audio_suffix())
            test_rows = test_names.find(block.test.without_audio_suffix())
            is_scored = missing.note(block, enrol_rows < 0, test_rows < 0)
            if not is_scored.all():
                block = block.subset(is_scored)
                enrol_rows, test_rows = enrol_rows[is_scored], test_rows[is_scored]
            file.write(score_lines(block.names, scorer.scores(enrol_rows, test_rows)))
        missing.check(skipped_limit)


class _MissingEmbeddings:
    """Counts trials without embedding, and lists what they name."""

    def __init__(self, trials_path: Path, listing: Path) -> None:
        self._trials_path, self._listing = trials_path, listing
        self._names: dict[str, None] = {}
        self._n_trials = self._n_dropped = 0

    def note(
        self, block: TrialBlock, lacks_enrol: np.ndarray, lacks_test: np.ndarray
    ) -> np.ndarray:
        """Take note of a block; return which of its trials have both embeddings."""
        is_scored = ~(lacks_enrol | lacks_test)
        self._n_trials += len(is_scored)
        self._n_dropped += len(is_scored) - np.count_nonzero(is_scored)
        self._names |= dict.fromkeys(block.enrol[lacks_enrol].strings())
        self._names |= dict.fromkeys(block.test[lacks_test].strings())
        return is_scored

    def check(self, limit: float) -> None:
        """Write the listing; raise an InputError above the limit, warn below."""
        if self._n_dropped == 0:
            self._listing.unlink(missing_ok=True)
            return
        names = list(self._names)
        with written_whole(self._listing) as partial:
            partial.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        summary = (
            f"{self._n_dropped} of {self._n_trials} trials of {self._trials_path} name "
            f"{len(names)} utterances without embedding, such as {names[0]} (all in "
            f"{self._listing})"
        )
        if self._n_dropped > limit * self._n_trials or self._n_dropped == self._n_trials:
            raise InputError(f"{summary}: embed them, or raise --skipped-limit ({limit})")
        logger.warning("%s: they are left out", summary)
