"""What a set is made of: content, not the times of the corpus's files."""

import os
from dataclasses import replace

import pytest
import soundfile
from PIL import Image

from speechdistill.corpora.conditions.make import make_conditions
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.set_sources import rated_set_sources, set_content
from speechdistill.quality.compute import compute_quality
from speechdistill.storage.places import SETS
from tests.tiny_corpus import make_corpus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Stages 1 and 2 of a tiny corpus, and the test conditions."""
    folder = tmp_path_factory.mktemp("made")
    corpus = make_corpus(folder / "corpus")
    data = folder / "data"
    settings = PreparationSettings([corpus], data, folder / "decoded", dev_speakers=2)

    def make(**changes):
        prepare_corpus(replace(settings, **changes))
        for name in SETS:
            compute_quality(data / name, 1, skipped_limit=0)
        make_conditions(data, seed=1, jobs=1, skipped_limit=0)
        folders = [path.parent for path in sorted(data.glob("*/cuts.jsonl.gz"))]
        assert len(folders) > len(SETS)
        return {path.name: rated_set_sources(path) for path in folders}

    return corpus, data, make


def unpack_again(corpus):
    for path in corpus.rglob("*"):
        os.utime(path, (2e9, 2e9))


def test_a_corpus_that_is_unpacked_again_is_the_same(made):
    corpus, data, make = made
    before = make()
    report = (data / "report.json").read_text()
    unpack_again(corpus)
    assert make() == before
    assert (data / "report.json").read_text() != report  # the times were seen
    assert make() == before


def test_before_stage_2_has_looked_new_times_are_a_change(made):
    corpus, data, make = made
    before = make()["test"]
    for path in corpus.rglob("*.wav"):
        os.utime(path, (1e9, 1e9))
    prepare_corpus(PreparationSettings([corpus], data, data.parent / "decoded", dev_speakers=2))
    assert set_content(data / "test")["corpus"] != before["corpus"]
    assert make()["test"] == before


@pytest.mark.parametrize("what", ["wav", "jpg"])
def test_one_other_sample_or_pixel_is_another_corpus(made, what):
    """Of the same size, and of the same measured quality."""
    corpus, _, make = made
    before = make()
    path = sorted((corpus / ("wav" if what == "wav" else "unzippedFaces")).rglob(f"*.{what}"))[-1]
    kept = path.read_bytes()
    if what == "wav":
        samples, rate = soundfile.read(path, dtype="int16")
        samples[1000] += 1
        soundfile.write(path, samples, rate)
        assert len(path.read_bytes()) == len(kept)
    else:
        with Image.open(path) as image:
            pixels = image.copy()
        pixels.putpixel((0, 0), tuple(255 - value for value in pixels.getpixel((0, 0))))
        pixels.save(path)
    after = make()
    assert after["train"]["corpus"] != before["train"]["corpus"]
    assert after["test"] == before["test"]
    path.write_bytes(kept)
    assert make() == before
