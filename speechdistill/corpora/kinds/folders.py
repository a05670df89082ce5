"""A folder per speaker, with utterances right in it or in a folder per session."""

import re
from collections.abc import Sequence
from pathlib import Path

from speechdistill.corpora.corpus import Corpus
from speechdistill.corpora.layout import (
    ANY_TRIAL_LISTS,
    AUDIO_SUFFIXES,
    layout_of,
    visible_files,
    visible_folders,
)
from speechdistill.corpora.speaker_folders import corpus_of_folders

FORM = "<speaker>/<utterance>.wav or <speaker>/<session>/<utterance>.wav"
# Files that make a folder one of another kind, whatever else is in it.
LISTS = (".scp", ".csv", ".jsonl", ".jsonl.gz", ".tar", "validated.tsv")
# Those that no speaker's folder has: where they are one level down, the folder is one too high.
LISTS_OF_CORPORA = (".scp", ".jsonl.gz", "validated.tsv")
# What nobody is called: parts of a corpus, or all of its audio.
NOBODY = re.compile(
    r"(train|training|dev|test|eval|evaluation|valid|validation|sid|audio|clips|data|wavs?|flac)"
    r"([-_.].*)?",
    re.IGNORECASE,
)


def detect(path: Path) -> bool:
    """Whether subfolders hold audio, or their subfolders do, and nothing says what it is else."""
    if not path.is_dir() or _has(path, LISTS):
        return False
    if any(_has(place, LISTS_OF_CORPORA) for place in visible_folders(path)):
        return False
    # Those of SITW and CN-Celeb are in such a folder beside their audio.
    if any(_has(place / "lists", (".lst",)) for place in (path, *visible_folders(path))):
        return False
    speakers = visible_folders(path)
    if all(NOBODY.fullmatch(speaker.name) for speaker in speakers):
        return False
    for speaker in speakers:
        if any(_has(place, AUDIO_SUFFIXES) for place in (speaker, *visible_folders(speaker))):
            return True
    return False


def read(paths: Sequence[Path]) -> Corpus:
    """Take each subfolder for a speaker; ``trials`` and ``speaker_text.tsv`` are beside them."""
    return corpus_of_folders(layout_of(paths, lambda path: [path], ANY_TRIAL_LISTS, FORM))


def _has(folder: Path, suffixes: tuple[str, ...]) -> bool:
    return folder.is_dir() and next(visible_files(folder, suffixes), None) is not None
