"""The manifests of one set (train, dev or test), written speaker by speaker."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tqdm import tqdm

from speechdistill.base.parallel import parallel_map
from speechdistill.corpora.json_lines import member_writer
from speechdistill.corpora.report import SetReport
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.corpora.speaker_manifest import SpeakerTask, describe_speaker
from speechdistill.storage.places import CUTS, IMAGES

SHOWN_TEXTS = 3


@dataclass
class WrittenSet:
    """What was written, and what was skipped on the way.

    Arguments
    ---------
    report: the counts.
    ids, speakers, sessions: of the cuts, in the order written.
    genders: speaker -> gender, of those who have cuts.
    texts: the first few, each once, and whose they are.
    skipped_audio, skipped_images: with reasons.
    """

    report: SetReport = field(default_factory=SetReport)
    ids: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    genders: dict[str, str | None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    skipped_audio: SkippedItems = field(default_factory=SkippedItems)
    skipped_images: SkippedItems = field(default_factory=SkippedItems)

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Audio and images."""
        return self.skipped_audio.items + self.skipped_images.items


def write_set(
    folder: Path,
    tasks: Sequence[SpeakerTask],
    jobs: int,
    min_duration: float,
    decoded_audio: Path,
    join_below: float | None = None,
) -> WrittenSet:
    """Check the files of speakers and write ``cuts.jsonl.gz`` and ``images.jsonl.gz``.

    A speaker without a usable utterance is left out, faces included. Memory is that of a few
    speakers and of the cuts' ids.

    Arguments
    ---------
    folder: the set's folder.
    tasks: the speakers, in the order in which they are written.
    jobs: number of processes.
    min_duration: in seconds.
    decoded_audio: where audio that is decoded or joined is kept.
    join_below: in seconds; shorter utterances of a session are joined. None for no utterance.
    """
    written = WrittenSet()
    describe = partial(
        describe_speaker,
        min_duration=min_duration,
        decoded_audio=decoded_audio,
        join_below=join_below,
    )
    described = tqdm(parallel_map(describe, tasks, jobs), folder.name, len(tasks), unit="speaker")
    with member_writer(folder / CUTS) as write_cuts, member_writer(folder / IMAGES) as write_images:
        for manifest in described:
            write_cuts(manifest.cuts)
            write_images(manifest.images)
            written.ids += manifest.ids
            written.speakers += [manifest.speaker.id] * len(manifest.ids)
            written.sessions += manifest.sessions
            if manifest.text and len(written.texts) < SHOWN_TEXTS:
                written.texts.setdefault(manifest.text, manifest.speaker.id)
            if manifest.ids:
                written.genders[manifest.speaker.id] = manifest.speaker.gender
            written.report.add(manifest.report)
            written.skipped_audio.add(manifest.skipped_audio)
            written.skipped_images.add(manifest.skipped_images)
    return written
