"""The texts that the cuts carry: descriptions of who speaks, or transcripts."""

from collections.abc import Iterable
from pathlib import Path

from speechdistill.corpora.manifests import iterate_cuts


def cut_texts(folders: Iterable[Path]) -> dict[str, str]:
    """Read the cuts' texts, by person or by utterance.

    Where all utterances of each person carry the same text, it describes the person: one text per
    person is returned. Otherwise one per utterance.

    Arguments
    ---------
    folders: of the sets that are looked at together.

    Raises
    ------
    InputError: a manifest is missing or broken.
    """
    of_utterance: dict[str, str] = {}
    of_person: dict[str, set[str]] = {}
    for folder in folders:
        for cut in iterate_cuts(folder):
            supervision = cut.supervisions[0]
            if supervision.text is not None:
                of_utterance[cut.id] = supervision.text
                of_person.setdefault(supervision.speaker, set()).add(supervision.text)
    if all(len(texts) == 1 for texts in of_person.values()):
        return {person: text for person, (text,) in of_person.items()}
    return of_utterance
