"""One small corpus, in every layout: who speaks in which session is in no id."""

import csv
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import soundfile

from tests.corpora.media import RATE, write_audio, write_image

PEOPLE = ("anna", "bert", "cleo", "dirk", "emma", "fred", "gina", "hans")
SESSIONS, TAKES = ("mon", "tue"), 2


def utterances(audio: Path) -> Iterator[tuple[str, str, str, str, Path]]:
    """Give id, speaker, session, gender and file of each; the files are written if need be."""
    number = 0
    for at, person in enumerate(PEOPLE):
        for session in SESSIONS:
            for _ in range(TAKES):
                name, number = f"u{(7 * number) % 32:02d}", number + 1
                path = audio / f"{name}.wav"
                if not path.exists():
                    write_audio(path, seed=number)
                yield name, person, session, "fm"[at % 2], path


def trials_of_two(audio: Path) -> str:
    """Trials among anna and bert, in Kaldi's form."""
    told = {name: person for name, person, *_ in utterances(audio) if person in PEOPLE[:2]}
    names = sorted(told)
    return "".join(
        f"{a} {b} {'target' if told[a] == told[b] else 'nontarget'}\n"
        for a in names
        for b in names
        if a < b
    )


def kaldi(root: Path, audio: Path) -> Path:
    folder = root / "kaldi"
    folder.mkdir()
    rows = list(utterances(audio))
    for file, line in (
        ("wav.scp", lambda row: f"{row[0]} {row[4]}\n"),
        ("utt2spk", lambda row: f"{row[0]} {row[1]}\n"),
        ("utt2session", lambda row: f"{row[0]} {row[2]}\n"),
    ):
        (folder / file).write_text("".join(map(line, rows)))
    (folder / "spk2gender").write_text(
        "".join(sorted({f"{person} {sex}\n" for _, person, _, sex, _ in rows}))
    )
    (folder / "trials").write_text(trials_of_two(audio))
    return folder


def segments(root: Path, audio: Path, spans=((0.1, 0.5), (0.6, -1))) -> Path:
    """Kaldi's with two parts of each recording; of two models one is enrolled with two of them."""
    folder = kaldi(root, audio)
    (folder / "utt2session").unlink()
    names = [name for name, *_ in utterances(audio)]
    parts = [(name, part, *span) for name in names for part, span in zip("ab", spans, strict=True)]
    (folder / "segments").write_text(
        "".join(f"{name}-{part} {name} {start} {end}\n" for name, part, start, end in parts)
    )
    spoken = [line.split() for line in (folder / "utt2spk").read_text().splitlines()]
    (folder / "utt2spk").write_text(
        "".join(f"{name}-{part} {who}\n" for name, who in spoken for part in "ab")
    )
    (folder / "enroll.map").write_text("m0 u00-a u07-b\nm1 u28-a\n")
    (folder / "trials").write_text("m0 u14-a target\nm1 u14-a nontarget\nm1 u03-b target\n")
    return folder


def table(root: Path, audio: Path) -> Path:
    folder = root / "table"
    folder.mkdir()
    with (folder / "own.csv").open("w", newline="") as to:
        writer = csv.writer(to)
        writer.writerow(["id", "Path", "speaker", "session", "sex", "text", "image"])
        for name, person, session, sex, path in utterances(audio):
            image = folder / f"{person}.png"
            if not image.exists():
                write_image(image)
            text = f"This is {person}, from here"
            writer.writerow([name, path, person, session, sex, text, image.name])
    (folder / "trials").write_text(trials_of_two(audio))
    return folder


def cuts(root: Path, audio: Path) -> Path:
    folder = root / "cutset"
    folder.mkdir()
    with (folder / "cuts.jsonl").open("w") as to:
        for row in utterances(audio):
            to.write(json.dumps(cut(*row)) + "\n")
    (folder / "trials").write_text(trials_of_two(audio))
    return folder


def cut(name: str, person: str, session: str, sex: str, path: Path) -> dict:
    """A cut as Lhotse writes it."""
    frames = soundfile.info(path).frames
    recording = {
        "id": name,
        "sources": [{"type": "file", "channels": [0], "source": str(path)}],
        "sampling_rate": RATE,
        "num_samples": frames,
        "duration": frames / RATE,
        "channel_ids": [0],
    }
    span = {"start": 0, "duration": frames / RATE, "channel": 0}
    speech = {"id": name, "recording_id": name, **span, "speaker": person, "gender": sex}
    return {
        **{"id": name, **span, "supervisions": [speech], "recording": recording},
        **{"custom": {"session": session}, "type": "MonoCut"},
    }


def shar(root: Path, audio: Path) -> Path:
    folder = root / "shards"
    folder.mkdir()
    with (
        (folder / "cuts.000000.jsonl").open("w") as to,
        tarfile.open(folder / "recording.000000.tar", "w") as shard,
    ):
        for row in utterances(audio):
            to.write(json.dumps(cut(*row)) + "\n")
            shard.add(row[4], f"{row[0]}.wav")
    (folder / "trials").write_text(trials_of_two(audio))
    return folder


def folders(root: Path, audio: Path) -> Path:
    for name, person, session, _, path in utterances(audio):
        place = root / "folders" / person / session / f"{name}.wav"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path)
    return root / "folders"


def common_voice(root: Path, audio: Path) -> Path:
    folder = root / "en"
    (folder / "clips").mkdir(parents=True)
    columns = ["client_id", "path", "sentence", "up_votes", "age", "gender", "accents"]
    lines = ["\t".join(columns)]
    for name, person, _, sex, path in utterances(audio):
        clip = folder / "clips" / f"{name}.mp3"
        signal, rate = soundfile.read(path)
        soundfile.write(clip, signal, rate, format="MP3")
        told = {"f": "female_feminine", "m": "male_masculine"}[sex]
        lines.append("\t".join([person, clip.name, '"Yes', "2", "fourties", told, "Scottish"]))
    (folder / "validated.tsv").write_text("\n".join(lines) + "\n")
    return folder


LAYOUTS: dict[str, Callable[[Path, Path], Path]] = {
    "kaldi": kaldi,
    "table": table,
    "lhotse-cuts": cuts,
    "lhotse-shar": shar,
    "folders": folders,
    "common-voice": common_voice,
}


def sitw(root: Path, audio: Path) -> Path:
    """anna and bert are enrolled with one file each, anna also with a part of it."""
    folder = root / "eval"
    for part in ("audio", "lists", "keys"):
        (folder / part).mkdir(parents=True)
    names: dict[str, list[str]] = {}
    for name, person, _, _, path in utterances(audio):
        if person in PEOPLE[:2]:
            names.setdefault(person, []).append(f"audio/{name}.wav")
            (folder / "audio" / path.name).symlink_to(path)
    first = {model: names[person][0] for model, person in (("11", "anna"), ("22", "bert"))}
    (folder / "lists/enroll-core.lst").write_text("".join(f"{m} {n}\n" for m, n in first.items()))
    (folder / "lists/enroll-assist.lst").write_text(f"11 {first['11']} 0.200 1.000\n")
    keys = {"core-core": ("11", "22"), "assist-core": ("11",)}
    for key, models in keys.items():
        lines = [
            f"{model} {name} {'tgt' if (model == '11') == (person == 'anna') else 'imp'}\n"
            for model in models
            for person, found in names.items()
            for name in found[1:]
        ]
        (folder / f"keys/{key}.lst").write_text("".join(lines))
    return folder


def voices(root: Path, audio: Path) -> Path:
    """The development part: models are called by their file's name, tests by its path."""
    lists = root / "voices/sid_dev_lists_and_keys"
    lists.mkdir(parents=True)
    places: dict[str, list[str]] = {}
    for name, person, _, _, path in utterances(audio):
        if person in PEOPLE[:2]:
            speaker = f"sp{PEOPLE.index(person):04d}"
            place = root / "voices/sid_dev" / speaker / f"Lab41-{name}.wav"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path)
            places.setdefault(speaker, []).append(f"sid_dev/{speaker}/{place.name}")
    models = {Path(found[0]).stem: found[0] for found in places.values()}
    (lists / "dev-enroll.lst").write_text("".join(f"{m} {p}\n" for m, p in models.items()))
    (lists / "dev-trial-keys.lst").write_text(
        "".join(
            f"{model} {place} {'tgt' if speaker in where else 'imp'}\n"
            for model, where in models.items()
            for speaker, found in places.items()
            for place in found[1:]
        )
    )
    return root / "voices"
