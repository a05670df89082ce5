"""A tiny CN-Celeb1 and 2 in their layout, with what is odd in it."""

from pathlib import Path

import numpy as np
import soundfile

from tests.tiny_corpus import SAMPLE_RATE, voice

GENRES = ("interview", "singing", "live_broadcast")
DEV, EVALUATED, SECOND = range(0, 6), range(800, 804), range(10000, 10002)


def make_cn_celeb(folder: Path) -> Path:
    """CN-Celeb1 with six dev and four eval speakers, CN-Celeb2 with two, below ``folder``.

    Lists say ``.wav`` where files are ``.flac``; the dev list ends lines as Windows does; a genre
    has a ``_`` in its name; an utterance of the dev set lasts 0.6 s; enrolment is listed by file
    and by utterance; a test file is in ``data``, too; ``data`` has a speaker of no list.
    """
    generator = np.random.default_rng(0)
    first, second = folder / "CN-Celeb_flac", folder / "CN-Celeb2_flac"
    for root, people in ((first, (*DEV, *EVALUATED, 999)), (second, SECOND)):
        for place, number in enumerate(people):
            for genre in GENRES[:2] if root == first else GENRES:
                for take in (1, 2):
                    short = take == 2 and number in DEV
                    name = f"data/id{number:05d}/{genre}-01-{take:03d}.flac"
                    _write(root / name, place, generator, 0.6 if short else 2.0)
    lists = first / "eval/lists"
    lists.mkdir(parents=True)
    enrolled, averaged, trials = [], [], []
    for place, number in enumerate(EVALUATED, start=len(DEV)):
        who = f"id{number:05d}"
        _write(first / f"eval/enroll/{who}-enroll.flac", place, generator, 3.0)
        enrolled.append(f"{who}-enroll enroll/{who}-enroll.wav")
        averaged.append(f"{who}-enroll {who}/interview-01-001.wav {who}/singing-01-001.wav")
        for genre in GENRES[:2]:
            name = f"{who}-{genre}-01-002"
            _write(first / f"eval/test/{name}.flac", place, generator, 2.0)
            trials += [
                f"id{other:05d}-enroll test/{name}.wav {int(other == number)}"
                for other in EVALUATED
            ]
    (lists / "enroll.lst").write_text("\n".join(enrolled) + "\n")
    (lists / "enroll.map").write_text("\n".join(averaged) + "\n")
    (lists / "trials.lst").write_text("\n".join(trials) + "\n")
    (first / "dev").mkdir()
    (first / "dev/dev.lst").write_bytes(b"".join(b"id%05d\r\n" % number for number in DEV))
    (second / "spk.lst").write_text("".join(f"id{number:05d}\n" for number in SECOND))
    return folder


def _write(path: Path, person: int, generator: np.random.Generator, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    signal = np.tile(voice(person, generator), 2)[: round(seconds * SAMPLE_RATE)]
    soundfile.write(path, signal, SAMPLE_RATE)
