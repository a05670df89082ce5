"""The manifests of one set (train, dev or test), written speaker by speaker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tqdm import tqdm

from speechdistill.base.parallel import parallel_map
from speechdistill.corpora.json_lines import member_writer
from speechdistill.corpora.report import SetReport
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.corpora.speaker_files import SpeakerFolders
from speechdistill.corpora.speaker_manifest import SpeakerSource, describe_speaker
from speechdistill.storage.places import CUTS, IMAGES


@dataclass
class WrittenSet:
    """What was written, and what was skipped on the way.

    Arguments
    ---------
    report: the counts.
    ids: of the cuts, in the order written.
    skipped_audio, skipped_images: with reasons.
    """

    report: SetReport = field(default_factory=SetReport)
    ids: list[str] = field(default_factory=list)
    skipped_audio: SkippedItems = field(default_factory=SkippedItems)
    skipped_images: SkippedItems = field(default_factory=SkippedItems)

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Audio and images."""
        return self.skipped_audio.items + self.skipped_images.items

    @property
    def speakers(self) -> set[str]:
        return {name.partition("/")[0] for name in self.ids}


def write_set(
    folder: Path,
    speakers: Sequence[SpeakerFolders],
    texts: Mapping[str, str],
    jobs: int,
    min_duration: float,
    faces_per_utterance: int,
    decoded_audio: Path,
) -> WrittenSet:
    """Check the files of ``speakers`` and write ``cuts.jsonl.gz`` and ``images.jsonl.gz``.

    A speaker without a usable utterance is left out, faces included. Memory is that of a few
    speakers and of the cuts' ids.

    Arguments
    ---------
    folder: the set's folder.
    speakers: in the order in which they are written.
    texts: sentence by utterance id or by speaker; the utterance's own is preferred.
    jobs: number of processes.
    min_duration: in seconds.
    faces_per_utterance: how many image paths a cut carries.
    decoded_audio: where audio decoded by ffmpeg is kept.
    """
    written = WrittenSet()
    describe = partial(
        describe_speaker,
        min_duration=min_duration,
        faces_per_utterance=faces_per_utterance,
        decoded_audio=decoded_audio,
    )
    texts_of: dict[str, dict[str, str]] = {}
    for name, text in texts.items():
        texts_of.setdefault(name.partition("/")[0], {})[name] = text
    sources = (SpeakerSource(each, texts_of.get(each.speaker.id, {})) for each in speakers)
    described = tqdm(
        parallel_map(describe, sources, jobs), folder.name, len(speakers), unit="speaker"
    )
    with member_writer(folder / CUTS) as write_cuts, member_writer(folder / IMAGES) as write_images:
        for manifest in described:
            write_cuts(manifest.cuts)
            write_images(manifest.images)
            written.ids += manifest.ids
            written.report.add(manifest.report)
            written.skipped_audio.add(manifest.skipped_audio)
            written.skipped_images.add(manifest.skipped_images)
    return written
