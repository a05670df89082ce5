"""VoxCeleb1 and VoxCeleb2, however their archives were unpacked, and what is laid out like them."""

from collections.abc import Sequence
from pathlib import Path

from speechdistill.corpora.corpus import Corpus
from speechdistill.corpora.layout import (
    TRIAL_LISTS,
    UTTERANCES,
    find_audio_roots,
    find_layout,
    visible_folders,
)
from speechdistill.corpora.speaker_folders import corpus_of_folders

FORM = f"{UTTERANCES}, or one level below as in dev/aac/"


def detect(path: Path) -> bool:
    """Whether there is a folder such as ``wav`` or ``dev/aac`` with folders of speakers."""
    return path.is_dir() and any(visible_folders(root) for root in find_audio_roots(path))


def read(paths: Sequence[Path]) -> Corpus:
    """Find audio, faces, ``vox*_meta.csv``, ``speaker_text.tsv`` and the trial list.

    VoxCeleb2 alone has no list: trials are sampled among its test speakers.
    """
    layout = find_layout(list(paths))
    is_second = {path.name for path in layout.metadata} == {"vox2_meta.csv"}
    return corpus_of_folders(layout, () if is_second else TRIAL_LISTS)
