"""Audio files right in a folder, or anywhere below it, of people whom nobody names: VoxSRC's."""

from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus
from speechdistill.corpora.folder_walk import walk
from speechdistill.corpora.layout import AUDIO_SUFFIXES, visible_files
from speechdistill.corpora.listed import ListedUtterances

FORM = "audio files right in a folder, which a trial list names by their paths; for tests alone"


def detect(path: Path) -> bool:
    """Whether there is audio right in a folder."""
    return path.is_dir() and next(visible_files(path, AUDIO_SUFFIXES), None) is not None


def read(paths: Sequence[Path]) -> Corpus:
    """Take every audio file below a folder for an utterance of somebody else."""
    listed = ListedUtterances()
    for path in paths:
        if not path.is_dir():
            raise InputError(f"no folder {path}: expected {FORM}")
        for folder in walk(path.absolute()):
            for entry in folder.files:
                if entry.name.lower().endswith(AUDIO_SUFFIXES):
                    name = str(Path(entry.path).relative_to(path.absolute()))
                    speaker = name.rpartition(".")[0].replace("/", "-")
                    listed.add(entry.path, name, entry.path, speaker)
    return listed.corpus([], paths[0])
