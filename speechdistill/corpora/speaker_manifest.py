"""What the manifests say of one speaker: made where the files are read, by several processes."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from speechdistill.corpora.corpus import SpeakerSource
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.json_lines import compressed_lines
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.report import SetReport
from speechdistill.corpora.speaker_files import inspect_speaker


@dataclass(frozen=True)
class SpeakerTask:
    """A speaker to describe, in one of the sets.

    Arguments
    ---------
    source: where the files are.
    texts: sentence by utterance id or by speaker; the utterance's own is preferred, and either to
        what the corpus itself says.
    wanted: utterance ids, or None for all.
    is_seen: whether images are wanted.
    """

    source: SpeakerSource
    texts: Mapping[str, str]
    wanted: Collection[str] | None = None
    is_seen: bool = True


@dataclass
class SpeakerManifest:
    """A speaker's part of a set's manifests.

    Arguments
    ---------
    speaker: who.
    ids, sessions: of the cuts.
    text: of the first utterance that has one.
    cuts, images: the lines, compressed.
    report: the counts.
    skipped_audio, skipped_images: pairs of path and reason.
    """

    speaker: Speaker
    ids: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    text: str | None = None
    cuts: bytes = b""
    images: bytes = b""
    report: SetReport = field(default_factory=SetReport)
    skipped_audio: list[tuple[str, str]] = field(default_factory=list)
    skipped_images: list[tuple[str, str]] = field(default_factory=list)


def describe_speaker(
    task: SpeakerTask,
    min_duration: float,
    decoded_audio: Path,
    join_below: float | None = None,
) -> SpeakerManifest:
    """Check a speaker's files and write down those that can serve.

    A speaker without a usable utterance is left out, faces included.

    Arguments
    ---------
    task: who, and where to look.
    min_duration: in seconds; shorter utterances are skipped.
    decoded_audio: where audio that is decoded or joined is kept.
    join_below: see :func:`speechdistill.corpora.speaker_files.inspect_speaker`.
    """
    files = inspect_speaker(
        task.source, task.wanted, min_duration, decoded_audio, join_below, task.is_seen
    )
    manifest = SpeakerManifest(
        files.speaker, skipped_audio=files.skipped_audio, skipped_images=files.skipped_images
    )
    if not files.utterances:
        return manifest
    speaker, report, texts = files.speaker, manifest.report, task.texts
    report.speakers = 1
    report.speakers_without_face = int(not files.faces)
    report.images = len(files.faces)
    records: list[dict[str, Any]] = []
    for utterance, header, audio in files.utterances:
        text = texts.get(utterance.id, texts.get(speaker.id, utterance.text))
        records.append(cut_record(utterance, header, audio, speaker.gender, text))
        manifest.ids.append(utterance.id)
        manifest.sessions.append(utterance.session)
        manifest.text = manifest.text or text
        report.seconds += header.duration
        report.utterances_with_text += text is not None
        report.decoded_utterances += audio != utterance.path
        rate = str(header.sample_rate)
        report.sample_rates[rate] = report.sample_rates.get(rate, 0) + 1
    report.utterances = len(records)
    manifest.cuts = compressed_lines(records)
    manifest.images = compressed_lines(map(asdict, files.faces))
    return manifest
