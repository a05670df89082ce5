"""What a set of trials is scored with that it should not be: each said with its count."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.speakers import speakers_of
from speechdistill.verification.trials.trial_list import utterance_id
from speechdistill.verification.trials.words import Words

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OtherPeople:
    """A set whose speakers should be in no trial.

    Attributes
    ----------
    what: it is, such as ``cohort``.
    ids, speakers: of its utterances.
    """

    what: str
    ids: Sequence[str]
    speakers: Sequence[str]

    def warn_if_nobody_repeats(self, option: str) -> None:
        """Say it if the ids give every utterance a speaker of its own.

        Arguments
        ---------
        option: with which the user can say who speaks.
        """
        n_speakers = len(set(self.speakers))
        if n_speakers == len(self.ids) > 1:
            logger.warning(
                "the %s has %d speakers of %d embeddings: if somebody speaks in several, say who "
                "with %s",
                *(self.what, n_speakers, len(self.ids), option),
            )

    def warn_of(self, named: Collection[str]) -> None:
        """Say how many of the trials' utterances and speakers are among these.

        Example
        -------
        >>> OtherPeople("cohort", ["a/1"], ["a"]).warn_of(["b/1"])
        """
        utterances = len(set(self.ids) & set(named))
        of_trials = set(speakers_of(list(named)))
        speakers = len(set(self.speakers) & of_trials)
        if utterances or speakers:
            logger.warning(
                "the %s has %d of the %d utterances and %d of the %d speakers of the trials, which "
                "flatters the scores: give other people's",
                *(self.what, utterances, len(named), speakers, len(of_trials)),
            )


class TrialWarnings:
    """Counts trials that compare an utterance with itself, or with a model made from it.

    Arguments
    ---------
    enrol, test: embeddings of both sides.
    enrolment: the utterances of each enrolled model; None where the enrolment side is utterances.
    """

    def __init__(
        self,
        enrol: KeyedVectors,
        test: KeyedVectors,
        enrolment: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._n_test = len(test)
        self._enrolment = enrolment
        self._own = self._n_alike = 0
        self._tested = np.zeros(len(test), dtype=bool)
        if enrolment is None:
            # The row on the test side of each on the enrolment side.
            self._same = np.arange(len(enrol))
            if enrol is not test:
                self._same = NameTable(test.ids).find(Words.of(enrol.ids)).astype(np.int64)
            return
        pairs = [
            enrol.row_of[model] * self._n_test + test.row_of[utterance]
            for model, utterances in enrolment.items()
            if model in enrol
            for utterance in map(utterance_id, utterances)
            if utterance in test
        ]
        self._pairs = np.unique(np.array(pairs, dtype=np.int64))
        self._members = np.unique(self._pairs % self._n_test)

    def note(self, enrol_rows: np.ndarray, test_rows: np.ndarray) -> None:
        """Take note of trials that are scored, given as rows of the embeddings."""
        if self._enrolment is None:
            self._n_alike += int(np.count_nonzero(self._same[enrol_rows] == test_rows))
            return
        pairs = enrol_rows.astype(np.int64) * self._n_test + test_rows
        self._own += int(np.count_nonzero(np.isin(pairs, self._pairs)))
        self._tested[test_rows] = True

    def say(self, n_trials: int) -> None:
        """Log what there was."""
        if self._n_alike:
            logger.warning(
                "%d of %d trials compare an utterance with itself", self._n_alike, n_trials
            )
        if self._own:
            logger.warning(
                "%d of %d trials compare a model with an utterance it was enrolled with",
                *(self._own, n_trials),
            )
        if self._enrolment is not None:
            both = int(np.count_nonzero(self._tested[self._members]))
            if both:
                logger.warning("%d enrolment utterances are on the test side of trials", both)


def utterances_of(
    enrolled: Iterable[str], enrolment: Mapping[str, Sequence[str]] | None
) -> set[str]:
    """Return the utterances behind ids of the enrolment side.

    Example
    -------
    >>> sorted(utterances_of(["m"], {"m": ["a.wav", "b"], "n": ["c"]}))
    ['a', 'b']
    """
    if enrolment is None:
        return set(enrolled)
    return {utterance_id(name) for model in enrolled for name in enrolment[model]}
