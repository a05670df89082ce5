"""The trials of a test set: those of its lists, or, where it has none, sampled ones."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.set_trials import sample_set_trials
from speechdistill.corpora.set_writer import WrittenSet
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.corpora.trial_lists import (
    contradicted,
    load_trial_lists,
    save_known_trials,
)
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import enrolment_of, trial_list, trials_of, utt2spk_of
from speechdistill.verification.trials.trial_list import TrialList, utterance_id

logger = logging.getLogger(__name__)

SAMPLED_TRIALS = 10_000  # as many as local/sample_trials.py samples


@dataclass(frozen=True)
class TestTrials:
    """What a test set's trials compare.

    Arguments
    ---------
    listed: where the lists are, and whom they enrol.
    lists: their trials; none for trials that are sampled once it is known what can be scored.
    """

    __test__ = False  # pytest would take it for a test

    listed: Sequence[TestList] = ()
    lists: Sequence[TrialList] = field(default=())

    @classmethod
    def load(cls, listed: Sequence[TestList], labelled: bool = True) -> "TestTrials":
        """Read lists.

        Raises
        ------
        InputError: see :func:`speechdistill.corpora.trial_lists.load_trial_lists`.
        """
        paths, names = [each.path for each in listed], [each.kept_name for each in listed]
        return cls(listed, load_trial_lists(paths, labelled, names))

    @property
    def paths(self) -> list[Path]:
        """The files of the lists."""
        return [each.path for each in self.listed]

    def named(self) -> set[str]:
        """Return the ids of the utterances that are compared, those of enrolled models included."""
        found: set[str] = set()
        for each, trials in zip(self.listed, self.lists, strict=True):
            names = trials.ids
            models = each.models or {}
            found.update(names[row] for row in set(trials.test.tolist()))
            enrolled = {names[row] for row in set(trials.enrol.tolist())}
            found |= enrolled - models.keys()
            for model in enrolled & models.keys():
                found.update(map(utterance_id, models[model]))
        return found

    def why_none(self, corpus: Corpus, data: object) -> str:
        """Say that a corpus has nothing that the lists name, and what it has."""
        there = next(iter(corpus.speakers.values())).utterances()
        such = f" such as {there[0].id}" if there else ""
        return (
            f"no utterance that {self.paths[0]} names, such as {min(self.named())}, is in {data}, "
            f"which has others{such}: give the list that belongs to it, or write its names so"
        )

    def save(
        self,
        folder: Path,
        written: WrittenSet,
        limit: float,
        skipped: SkippedItems,
        report: CorpusReport,
        seed: int,
    ) -> None:
        """Write ``trials/``, ``enrolment/`` for lists of models, and ``utt2spk`` of a test set.

        Arguments
        ---------
        folder: of the set.
        written: the set.
        limit: the largest share of a list's trials that may name an unknown utterance.
        skipped: the unknown utterances are added to it.
        report: gets the numbers of trials.
        seed: of trials that are sampled.

        Raises
        ------
        InputError: too many trials name an unknown utterance, or none can be sampled.
        """
        known = set(written.ids)
        speaker_of = dict(zip(written.ids, written.speakers, strict=True))
        for each, trials in zip(self.listed, self.lists, strict=True):
            models = self._enrolled(each, trials)
            whole = {name: made for name, made in models.items() if known.issuperset(made)}
            name = each.kept_name
            dropped = save_known_trials(
                trials, known, trials_of(folder) / name, limit, skipped, models
            )
            report.trials[name], report.dropped_trials[name] = len(trials) - dropped, dropped
            if models:
                _write_lines(
                    enrolment_of(folder, Path(name).stem),
                    (f"{model} {' '.join(made)}" for model, made in whole.items()),
                )
            speaker_of |= {model: speaker_of[made[0]] for model, made in whole.items()}
            report.contradicted_trials[name] = contradicted(trials, speaker_of)
        if not self.listed:
            trials = sample_set_trials(written, written.genders.keys(), SAMPLED_TRIALS, seed)
            trials.save(trial_list(folder))
            report.trials[trial_list(folder).name] = len(trials)
            report.notes.append(
                f"no trial list: {len(trials)} trials are sampled among {len(written.genders)} "
                f"test speakers (seed {seed})"
            )
        _write_lines(utt2spk_of(folder), (f"{name} {who}" for name, who in speaker_of.items()))

    @staticmethod
    def _enrolled(each: TestList, trials: TrialList) -> dict[str, list[str]]:
        """Return the models that a list compares, where it compares any."""
        names = {trials.ids[row] for row in set(trials.enrol.tolist())}
        models = each.models or {}
        if not names & models.keys():
            return {}
        # Who is enrolled with one utterance may be called by its name.
        return {name: list(map(utterance_id, models.get(name, [name]))) for name in sorted(names)}


def _write_lines(path: Path, lines) -> None:
    with written_whole(path) as partial, partial.open("w", encoding="utf-8") as to:
        to.writelines(f"{line}\n" for line in lines)
