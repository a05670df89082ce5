"""Test sets that are lists of files with a key: who speaks is known from target trials alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.listed import ListedUtterances, as_stored
from speechdistill.verification.trials.trial_list import TrialList, utterance_id


@dataclass(frozen=True)
class KeyedFile:
    """An utterance of such a set.

    Arguments
    ---------
    path: the file.
    speaker: who speaks, or None where only the key tells.
    recording, start, end: of the part that counts, as an ``Utterance`` has them.
    """

    path: Path
    speaker: str | None = None
    recording: str | None = None
    start: float = 0.0
    end: float | None = None


def corpus_of_key(
    files: Mapping[str, KeyedFile],
    trials: Sequence[TestList],
    tables: Iterable[Path],
    where: Path,
) -> Corpus:
    """Return the corpus of some files and the keys to them.

    The speaker of a model's utterances is the model; that of a test utterance is the model of its
    first target trial. Whom no target trial names is a speaker of their own.

    Arguments
    ---------
    files: utterance id -> file.
    trials: the keys, and whom their models are enrolled with.
    tables: the lists that say so.
    where: the set's folder.

    Raises
    ------
    InputError: a key is malformed, or an id cannot be one.
    """
    speaker_of: dict[str, str] = {name: who.speaker for name, who in files.items() if who.speaker}
    for each in trials:
        for model, utterances in (each.models or {}).items():
            for name in utterances:
                speaker_of.setdefault(utterance_id(name), model)
    for each in trials:
        key = TrialList.load(each.path, labelled=False)
        names = key.ids
        models = each.models or {}
        for row in (key.labels == 1).nonzero()[0].tolist():
            enrolled, tested = names[key.enrol[row]], names[key.test[row]]
            model = utterance_id(models[enrolled][0]) if enrolled in models else enrolled
            speaker_of.setdefault(tested, speaker_of.get(model, enrolled))
    listed = ListedUtterances()
    for name, file in files.items():
        listed.add(
            f"{where}: {name}",
            name,
            str(as_stored(file.path)),
            speaker_of.get(name, name).replace("/", "-"),
            None if file.recording is None else file.recording,
            recording=file.recording,
            start=file.start,
            end=file.end,
        )
    return listed.corpus([*tables, *(each.path for each in trials)], where, trials=trials)
