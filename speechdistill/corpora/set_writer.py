"""The manifests of one set (train, dev or test), written speaker by speaker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tqdm import tqdm

from speechdistill.corpora.faces import FACES, face_writer, faces_of_utterance
from speechdistill.corpora.manifests import cut_writer, utterance_cut
from speechdistill.corpora.report import SetReport
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.corpora.speaker_files import SpeakerFolders, inspect_speaker
from speechdistill.parallel import parallel_map


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
    """Check the files of ``speakers`` and write ``cuts.jsonl.gz`` and ``faces.jsonl.gz``.

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
    report = written.report
    inspect = partial(inspect_speaker, min_duration=min_duration, decoded_audio=decoded_audio)
    checked = tqdm(
        parallel_map(inspect, speakers, jobs), folder.name, len(speakers), unit="speaker"
    )
    with cut_writer(folder) as write_cut, face_writer(folder / FACES) as write_face:
        for files in checked:
            written.skipped_audio.add(files.skipped_audio)
            written.skipped_images.add(files.skipped_images)
            if not files.utterances:
                continue
            speaker = files.speaker
            report.speakers += 1
            report.speakers_without_face += not files.faces
            report.images += len(files.faces)
            for face in files.faces:
                write_face(face)
            chosen = {
                session: faces_of_utterance(files.faces, session, faces_per_utterance)
                for session in {utterance.session for utterance, _, _ in files.utterances}
            }
            for utterance, header, audio in files.utterances:
                text = texts.get(utterance.id, texts.get(speaker.id))
                faces = chosen[utterance.session]
                write_cut(utterance_cut(utterance, header, audio, speaker.gender, text, faces))
                written.ids.append(utterance.id)
                report.utterances += 1
                report.seconds += header.duration
                report.utterances_with_text += text is not None
                report.decoded_utterances += audio != utterance.path
                rate = str(header.sample_rate)
                report.sample_rates[rate] = report.sample_rates.get(rate, 0) + 1
    return written
