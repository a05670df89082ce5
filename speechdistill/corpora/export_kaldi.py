"""Sets as a Kaldi data directory, for Kaldi, WeSpeaker, ESPnet or another run of these recipes."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from lhotse import MonoCut

from speechdistill.base.errors import InputError
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import TEST, enrolment_of, trials_of
from speechdistill.verification.trials.trial_list import TrialList


def export_kaldi(data: Path, sets: Sequence[str], output: Path) -> int:
    """Write ``wav.scp``, ``utt2spk``, ``spk2utt``, ``spk2gender``, ``utt2session``, ``utt2dur``,
    ``segments`` where utterances are parts of recordings, ``trials`` and ``enroll.map``.

    Lines are in the order of their bytes, as Kaldi wants them. Of several test lists each is
    ``trials_<list>``. Kaldi itself reads WAV; the files are listed as they are.

    Arguments
    ---------
    data: a corpus's manifests.
    sets: names of sets, whose utterances go into one directory; with the test set go its trials.
    output: the directory.

    Returns
    -------
    The number of utterances.

    Raises
    ------
    InputError: a manifest is missing, or an utterance is no mono file or part of one.
    """
    cuts = [cut for name in sets for cut in iterate_cuts(data / name)]
    speaker_of = {cut.id: str(cut.supervisions[0].speaker) for cut in cuts}
    utterances_of: dict[str, list[str]] = {}
    for name in sorted(speaker_of, key=str.encode):
        utterances_of.setdefault(speaker_of[name], []).append(name)
    files = {
        "wav.scp": {cut.recording.id: _file(cut) for cut in cuts},
        "utt2spk": speaker_of,
        "spk2utt": {who: " ".join(names) for who, names in utterances_of.items()},
        "spk2gender": {
            str(cut.supervisions[0].speaker): cut.supervisions[0].gender
            for cut in cuts
            if cut.supervisions[0].gender
        },
        "utt2session": {cut.id: cut.custom["session"] for cut in cuts if cut.custom},
        "utt2dur": {cut.id: f"{cut.duration:.6g}" for cut in cuts},
    }
    if any(cut.recording.id != cut.id for cut in cuts):
        files["segments"] = {
            cut.id: f"{cut.recording.id} {cut.start!r} {cut.end!r}" for cut in cuts
        }
    with written_whole(output) as folder:
        folder.mkdir()
        for name, values in files.items():
            _write(folder / name, (f"{key} {value}" for key, value in values.items()))
        if TEST in sets:
            _write_trials(data / TEST, folder)
    return len(cuts)


def _file(cut: MonoCut) -> str:
    source = cut.recording.sources[0]
    if cut.channel != 0 or cut.recording.transforms or source.type != "file":
        raise InputError(f"{cut.id} is no part of a mono file as it is: Kaldi cannot be told of it")
    if any(space in str(source.source) for space in "\n|"):
        raise InputError(f"the path {source.source!r} holds a line end or |: rename it")
    return str(source.source)


def _write_trials(test: Path, folder: Path) -> None:
    lists = sorted(trials_of(test).glob("*"))
    for path in lists:
        trials = TrialList.load(path, labelled=False)
        words = {1: " target", 0: " nontarget"}
        rows = zip(trials.enrol.tolist(), trials.test.tolist(), trials.labels.tolist(), strict=True)
        name = "trials" if len(lists) == 1 else f"trials_{path.stem}"
        with written_whole(folder / name) as partial, partial.open("w", encoding="utf-8") as lines:
            for enrol, tested, label in rows:
                line = f"{trials.ids[enrol]} {trials.ids[tested]}{words.get(label, '')}\n"
                lines.write(line)
    models: dict[str, str] = {}
    for path in lists:
        if (enrolment := enrolment_of(test, path.stem)).is_file():
            for line in enrolment.read_text(encoding="utf-8").splitlines():
                models.setdefault(*line.split(" ", 1))
    if models:
        _write(folder / "enroll.map", (f"{model} {names}" for model, names in models.items()))


def _write(path: Path, lines: Iterable[str]) -> None:
    with written_whole(path) as partial, partial.open("wb") as file:
        file.writelines(sorted(f"{line}\n".encode() for line in lines))
