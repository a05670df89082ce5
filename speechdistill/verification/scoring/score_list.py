"""From a trial list on disk and embeddings to a score file."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import write_text_whole, written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.output_places import check_output
from speechdistill.storage.streams import is_stream
from speechdistill.verification.scoring import Backend, Cohort, TrialScorer
from speechdistill.verification.scoring.score_files import score_lines
from speechdistill.verification.scoring.trial_warnings import (
    OtherPeople,
    TrialWarnings,
    utterances_of,
)
from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.trial_files import TrialBlock, read_trials
from speechdistill.verification.trials.trial_list import utterance_id
from speechdistill.verification.trials.words import BLOCK_BYTES

logger = logging.getLogger(__name__)

# The proof that a list of what is missing is one: it is removed when nothing is missing any more.
HEADING = "# without embedding, by speechdistill score\n"


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
    enrolment: Mapping[str, Sequence[str]] | None = None,
    others: Sequence[OtherPeople] = (),
) -> None:
    """Score a trial list and write ``enrol test score`` lines to ``output``.

    The list may have any of the forms of :func:`~.trial_files.read_trials` and any length: it is
    read, scored and written block by block. Besides a block, memory holds one float32 copy of the
    embeddings that the trials name.

    Trials that lack an embedding, or have one that is zero or not finite, are left out; their
    utterances are listed below a heading in ``<stem of output>.missing``. Of trials that say little
    warnings tell: of an utterance with itself, of a model with what it was enrolled with, of people
    who are in the cohort or the training set.

    Arguments
    ---------
    trials_path: the trial list.
    enrol, test: embeddings of both sides, keyed by utterance id (or by model); often the same.
    output: the score file.
    skipped_limit: largest share of trials that may lack an embedding, in [0, 1].
    backend, cohort, utterances: as :class:`~.scoring.TrialScorer` takes them; by default cosines.
    block_bytes: how much of the list is in memory at a time.
    enrolment: the utterances of each enrolled model, where ``enrol`` has models.
    others: sets whose people should be in no trial.

    Raises
    ------
    InputError: a broken list or embeddings, or more trials without embedding than the limit.
    """
    scorer = TrialScorer(enrol, test, backend, cohort, utterances)
    test_names = NameTable(test.ids)
    enrol_names = test_names if enrol is test else NameTable(enrol.ids)
    warnings = TrialWarnings(enrol, test, enrolment)
    missing = _MissingEmbeddings(trials_path, listing_of(output))
    with written_whole(output) as partial, partial.open("wb") as file:
        for block in read_trials(trials_path, block_bytes):
            enrol_rows = enrol_names.find(block.enrol.without_audio_suffix())
            test_rows = test_names.find(block.test.without_audio_suffix())
            is_there = missing.note(block, enrol_rows < 0, test_rows < 0)
            if not is_there.all():
                block = block.subset(is_there)
                enrol_rows, test_rows = enrol_rows[is_there], test_rows[is_there]
            is_whole = missing.note(block, *scorer.broken(enrol_rows, test_rows), again=True)
            if not is_whole.all():
                block = block.subset(is_whole)
                enrol_rows, test_rows = enrol_rows[is_whole], test_rows[is_whole]
            warnings.note(enrol_rows, test_rows)
            file.write(score_lines(block.names, scorer.scores(enrol_rows, test_rows)))
        missing.check(skipped_limit)
    warnings.say(missing.n_scored)
    if others:
        enrolled, tested = scorer.named()
        named = utterances_of(enrolled, enrolment) | set(tested)
        for people in others:
            people.warn_of(named)


def listing_of(output: Path) -> Path | None:
    """Return where the utterances without embedding are listed; None beside a pipe.

    Raises
    ------
    InputError: that is the output itself.

    Example
    -------
    >>> listing_of(Path("scores/list.txt")).as_posix()
    'scores/list.missing'
    """
    if is_stream(output):
        return None
    listing = output.with_name(f"{output.stem}.missing")
    if listing == output:
        raise InputError(f"{output} is where what is missing is listed: give another --output")
    return listing


def _check_listing(listing: Path) -> None:
    """Refuse a file that this program did not write."""
    check_output(listing, what="the list of what is missing")
    if not listing.exists():
        return
    with listing.open("rb") as file:
        if file.read(len(HEADING)) != HEADING.encode():
            raise InputError(
                f"{listing}, where what is missing is listed, is a file that this version did not "
                "write: move it away, or give another --output"
            )


class _MissingEmbeddings:
    """Counts trials without embedding, and lists what they name."""

    def __init__(self, trials_path: Path, listing: Path | None) -> None:
        self._trials_path, self._listing = trials_path, listing
        self._names: dict[str, str] = {}  # of an utterance, as the list first writes it
        self._n_trials = self._n_dropped = self._n_broken = 0
        if listing is not None:
            _check_listing(listing)

    @property
    def n_scored(self) -> int:
        return self._n_trials - self._n_dropped

    def note(
        self,
        block: TrialBlock,
        lacks_enrol: np.ndarray,
        lacks_test: np.ndarray,
        again: bool = False,
    ) -> np.ndarray:
        """Take note of a block; return which of its trials have both embeddings.

        ``again``: the block's trials are counted already, and what they lack is wholeness.
        """
        is_scored = ~(lacks_enrol | lacks_test)
        n_dropped = len(is_scored) - int(np.count_nonzero(is_scored))
        self._n_dropped += n_dropped
        before = len(self._names)
        if n_dropped:
            for words in (block.enrol[lacks_enrol], block.test[lacks_test]):
                for name in words.strings():
                    self._names.setdefault(utterance_id(name), name)
        if again:
            self._n_broken += len(self._names) - before
        else:
            self._n_trials += len(is_scored)
        return is_scored

    def check(self, limit: float) -> None:
        """Write the listing; raise an InputError above the limit, warn below."""
        if self._n_dropped == 0:
            if self._listing is not None:
                self._listing.unlink(missing_ok=True)
            return
        names = list(self._names.values())
        where = ""
        if self._listing is not None:
            write_text_whole(self._listing, HEADING + "".join(f"{name}\n" for name in names))
            where = f" (all in {self._listing})"
        broken = f" ({self._n_broken} zero or not finite)" if self._n_broken else ""
        summary = (
            f"{self._n_dropped} of {self._n_trials} trials of {self._trials_path} name "
            f"{len(names)} utterances without embedding{broken}, such as {names[0]}{where}"
        )
        if self._n_dropped > limit * self._n_trials or self._n_dropped == self._n_trials:
            raise InputError(f"{summary}: embed them, or raise --skipped-limit ({limit})")
        logger.warning("%s: they are left out", summary)
