"""What the manifests say of one speaker: made where the files are read, by several processes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.faces import faces_of_utterance
from speechdistill.corpora.json_lines import compressed_lines
from speechdistill.corpora.report import SetReport
from speechdistill.corpora.speaker_files import SpeakerFolders, inspect_speaker


@dataclass(frozen=True)
class SpeakerSource:
    """Where a speaker's files are, and what is said of speaker and utterances.

    Arguments
    ---------
    folders: of audio and faces.
    texts: sentence by utterance id or by speaker; the utterance's own is preferred.
    """

    folders: SpeakerFolders
    texts: Mapping[str, str]


@dataclass
class SpeakerManifest:
    """A speaker's part of a set's manifests.

    Arguments
    ---------
    ids: of the cuts.
    cuts, images: the lines, compressed.
    report: the counts.
    skipped_audio, skipped_images: pairs of path and reason.
    """

    ids: list[str] = field(default_factory=list)
    cuts: bytes = b""
    images: bytes = b""
    report: SetReport = field(default_factory=SetReport)
    skipped_audio: list[tuple[str, str]] = field(default_factory=list)
    skipped_images: list[tuple[str, str]] = field(default_factory=list)


def describe_speaker(
    source: SpeakerSource, min_duration: float, faces_per_utterance: int, decoded_audio: Path
) -> SpeakerManifest:
    """Check a speaker's files and write down those that can serve.

    A speaker without a usable utterance is left out, faces included.

    Arguments
    ---------
    source: where to look.
    min_duration: in seconds; shorter utterances are skipped.
    faces_per_utterance: how many image paths a cut carries.
    decoded_audio: where audio decoded by ffmpeg is kept.
    """
    files = inspect_speaker(source.folders, min_duration, decoded_audio)
    manifest = SpeakerManifest(
        skipped_audio=files.skipped_audio, skipped_images=files.skipped_images
    )
    if not files.utterances:
        return manifest
    speaker, report, texts = files.speaker, manifest.report, source.texts
    report.speakers = 1
    report.speakers_without_face = int(not files.faces)
    report.images = len(files.faces)
    chosen = {
        session: faces_of_utterance(files.faces, session, faces_per_utterance)
        for session in {utterance.session for utterance, _, _ in files.utterances}
    }
    records: list[dict[str, Any]] = []
    for utterance, header, audio in files.utterances:
        text = texts.get(utterance.id, texts.get(speaker.id))
        faces = chosen[utterance.session]
        records.append(cut_record(utterance, header, audio, speaker.gender, text, faces))
        manifest.ids.append(utterance.id)
        report.seconds += header.duration
        report.utterances_with_text += text is not None
        report.decoded_utterances += audio != utterance.path
        rate = str(header.sample_rate)
        report.sample_rates[rate] = report.sample_rates.get(rate, 0) + 1
    report.utterances = len(records)
    manifest.cuts = compressed_lines(records)
    manifest.images = compressed_lines(map(asdict, files.faces))
    return manifest
