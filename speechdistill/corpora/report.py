"""What the manifests hold, for people and for programs."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.files import write_text_whole
from speechdistill.storage.places import REPORT, Stage


@dataclass
class SetReport:
    """Counts of one set.

    ``decoded_utterances`` are read from what ffmpeg made; ``sample_rates`` maps Hz to the number
    of utterances.
    """

    speakers: int = 0
    utterances: int = 0
    seconds: float = 0.0
    images: int = 0
    speakers_without_face: int = 0
    utterances_with_text: int = 0
    decoded_utterances: int = 0
    sample_rates: dict[str, int] = field(default_factory=dict)

    def add(self, other: "SetReport") -> None:
        """Add the counts of other speakers.

        Example
        -------
        >>> report = SetReport(1, 2, sample_rates={"16000": 2})
        >>> report.add(SetReport(1, 3, sample_rates={"16000": 2, "8000": 1}))
        >>> report.utterances, report.sample_rates
        (5, {'16000': 4, '8000': 1})
        """
        for name, value in vars(other).items():
            if name != "sample_rates":
                setattr(self, name, getattr(self, name) + value)
        for rate, count in other.sample_rates.items():
            self.sample_rates[rate] = self.sample_rates.get(rate, 0) + count


@dataclass
class CorpusReport:
    """Counts of all sets, and what was left out.

    Arguments
    ---------
    fingerprint: of the arguments and files that the manifests were made from.
    sets: "train", "dev" and "test".
    shared_speakers: for each two sets, how many speakers are in both: 0, or the stage had failed.
    teacher_images: of people who are not in the corpus.
    unused_speakers: neither training nor named by a trial.
    trials: trial list -> number of trials kept.
    dropped_trials: trial list -> number of trials left out.
    contradicted_trials: trial list -> how many trials are labelled 1 though their folders are of
        two speakers, and 0 though of one.
    skipped_audio, skipped_images: reason -> number of files.
    notes: lines on what was made up, as trials are where there is no list.
    """

    fingerprint: str
    sets: dict[str, SetReport] = field(default_factory=dict)
    shared_speakers: dict[str, int] = field(default_factory=dict)
    teacher_images: int = 0
    unused_speakers: int = 0
    trials: dict[str, int] = field(default_factory=dict)
    dropped_trials: dict[str, int] = field(default_factory=dict)
    contradicted_trials: dict[str, list[int]] = field(default_factory=dict)
    skipped_audio: dict[str, int] = field(default_factory=dict)
    skipped_images: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """Write ``report.txt`` and ``report.json``."""
        write_text_whole(folder / "report.txt", self.text())
        write_text_whole(folder / REPORT, json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls, folder: Path) -> "CorpusReport":
        """Read ``report.json``.

        Raises
        ------
        InputError: it is missing or not of this form.
        """
        path = folder / REPORT
        try:
            report = cls(**json.loads(path.read_text()))
            report.sets = {name: SetReport(**counts) for name, counts in report.sets.items()}  # type: ignore[arg-type]
        except PermissionError:  # it may be whole
            raise
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                f"cannot read {path} ({error}): run {Stage.MANIFESTS} again"
            ) from error
        return report

    def text(self) -> str:
        """A table of the sets, and a line for everything that was left out.

        Example
        -------
        >>> report = CorpusReport("", {"train": SetReport(2, 40, 360.0, 20, 1)})
        >>> print(report.text().splitlines()[1])
        train        2           40      0.1       20                      1
        """
        lines = ["set   speakers   utterances    hours   images  speakers without face"]
        for name, counts in self.sets.items():
            lines.append(
                f"{name:5} {counts.speakers:8} {counts.utterances:12} "
                f"{counts.seconds / 3600:8.1f} {counts.images:8} {counts.speakers_without_face:22}"
            )
        lines.append(f"speakers in two sets: {sum(self.shared_speakers.values())}")
        if self.teacher_images:
            lines.append(f"images of other people, for the teacher: {self.teacher_images}")
        if self.unused_speakers:
            lines.append(f"speakers in no set: {self.unused_speakers}")
        for name, count in self.trials.items():
            dropped = self.dropped_trials.get(name, 0)
            lines.append(f"trials in {name}: {count}" + (f", left out: {dropped}" * (dropped > 0)))
            targets, others = self.contradicted_trials.get(name, [0, 0])
            if targets or others:
                lines.append(
                    f"trials in {name} against the speakers' folders: {targets} labelled 1 of two "
                    f"speakers, {others} labelled 0 of one"
                )
        rates = sum((Counter(counts.sample_rates) for counts in self.sets.values()), Counter[str]())
        lines.append(
            "sample rates: "
            + ", ".join(f"{rate} Hz: {count}" for rate, count in sorted(rates.items()))
        )
        for kind, reasons in (("audio", self.skipped_audio), ("images", self.skipped_images)):
            for reason, count in reasons.items():
                lines.append(f"skipped {kind}, {reason}: {count}")
        return "\n".join([*lines, *self.notes]) + "\n"
