"""Files of corpora, whole and spoilt, and what must hold of manifests that are made of them."""

import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile
from hypothesis import HealthCheck, settings

from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.corpora.report import CorpusReport
from speechdistill.storage.places import IMAGES
from speechdistill.verification.trials.trial_list import TrialList

RATE = 16000
ODD = [" ", "\u3000", "\xa0", "\x85", "\u2028", "\t", "\n", "\x01", "\udcff", "\ufeff", "e\u0301"]
fuzzed = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def audio(frames: int, form: str = "WAV", **options) -> bytes:
    """Noise in a file of some form."""
    content = io.BytesIO()
    signal = 0.1 * np.random.default_rng(frames).normal(size=(frames, options.pop("channels", 1)))
    soundfile.write(content, signal, options.pop("rate", RATE), format=form, **options)
    return content.getvalue()


WHOLE = audio(1600)
STREAMED = WHOLE[:4] + b"\xff\xff\xff\x7f" + WHOLE[8:40] + b"\x00\xf0\xff\x7f" + WHOLE[44:]
CONTENTS = [
    *(WHOLE, audio(1), audio(401), audio(1600, "FLAC"), audio(1600, "OGG"), audio(1600, "MP3")),
    *(STREAMED, WHOLE[:700], audio(1600, "FLAC")[:200], audio(1600, channels=2), audio(0)),
    *(b"", b"RIFF", b"\0" * 500, b"no audio at all", audio(1600, rate=50), audio(800, rate=8000)),
]


def state(root: Path) -> str:
    """Names, links and contents of all below a folder, in a hash."""
    digest = hashlib.sha256()
    for place, folders, files in os.walk(root):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = Path(place, name)
            digest.update(os.fsencode(f"{path}\0"))
            if path.is_symlink():
                digest.update(os.fsencode(path.readlink()))
            elif path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()


def check_sets(report: CorpusReport, data: Path, sets: Iterable[str]) -> None:
    """Each set is as its report says, its audio can be read, and its trials name what is in it."""
    ids = []
    for name in sets:
        cuts = list(iterate_cuts(data / name))
        assert len(cuts) == report.sets[name].utterances > 0
        assert len(load_images(data / name / IMAGES)) == report.sets[name].images
        for cut in cuts:
            assert cut.id.split() == [cut.id]
            assert len(cut.load_audio()[0]) == cut.num_samples > 0
        ids += [cut.id for cut in cuts]
    assert len(set(ids)) == len(ids)
    for trials in data.glob("*/trials/*"):
        enrolment = trials.parents[1] / "enrolment" / f"{trials.stem}.txt"
        models = [line.split() for line in enrolment.open()] if enrolment.exists() else []
        assert {name for _, *names in models for name in names} <= set(ids)
        known = {*ids, *(model for model, *_ in models)}
        assert set(TrialList.load(trials, labelled=False).ids) <= known
