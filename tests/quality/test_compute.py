import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from lhotse import CutSet
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.manifests import load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.inputs.image_files import readable_images
from speechdistill.inputs.utterances import readable_cuts
from speechdistill.quality.compute import compute_quality
from speechdistill.quality.image import ImageQuality, measure_image
from speechdistill.quality.speech import SpeechQuality, measure_speech
from speechdistill.quality.table import QualityTable
from tests.tiny_corpus import make_corpus


@pytest.fixture
def test_set(tmp_path):
    corpus = make_corpus(tmp_path / "corpus")
    settings = PreparationSettings(
        [corpus], tmp_path / "data", tmp_path / "decoded", dev_speakers=2
    )
    prepare_corpus(settings)
    return tmp_path / "data" / "test"


def tables(folder):
    return [QualityTable.load(folder / "quality" / f"{name}.tsv") for name in ("speech", "image")]


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_utterance_and_image_is_measured(test_set, jobs):
    compute_quality(test_set, jobs, skipped_limit=0)
    speech, image = tables(test_set)
    cuts, images = load_cuts(test_set), load_images(test_set / "images.jsonl.gz")
    assert list(speech.ids) == [cut.id for cut in cuts]
    assert list(image.ids) == [each.id for each in images]
    assert list(speech.columns) == list(SpeechQuality.COLUMNS)
    assert list(image.columns) == list(ImageQuality.COLUMNS)
    measured = measure_speech(cuts[3].load_audio()[0], 16000)
    assert speech.columns["snr_db"][3] == pytest.approx(measured.snr_db, rel=1e-5)
    assert speech.columns["quality"][3] == pytest.approx(measured.quality, rel=1e-5)
    with Image.open(images[2].path) as opened:
        assert image.columns["quality"][2] == pytest.approx(measure_image(opened).quality, rel=1e-5)


def test_a_rerun_does_nothing_until_the_manifests_change(test_set):
    compute_quality(test_set, 1, skipped_limit=0)
    table = test_set / "quality/speech.tsv"
    made = table.stat().st_mtime_ns
    compute_quality(test_set, 1, skipped_limit=0)
    assert table.stat().st_mtime_ns == made
    cuts = load_cuts(test_set)
    os.utime(test_set / "cuts.jsonl.gz", (2e9, 2e9))  # time alone changes nothing
    compute_quality(test_set, 1, skipped_limit=0)
    assert table.stat().st_mtime_ns == made
    CutSet.from_cuts(cuts[1:]).to_file(test_set / "cuts.jsonl.gz")
    os.utime(test_set / "cuts.jsonl.gz", (1e9, 1e9))  # nor does age keep what has changed
    compute_quality(test_set, 1, skipped_limit=0)
    assert table.stat().st_mtime_ns != made


def test_tables_of_other_columns_are_made_again(test_set):
    compute_quality(test_set, 1, skipped_limit=0)
    speech, _ = tables(test_set)
    path = test_set / "quality/speech.tsv"
    QualityTable(speech.ids, {"quality": speech.columns["quality"]}).save(path)
    compute_quality(test_set, 1, skipped_limit=0)
    assert list(tables(test_set)[0].columns) == list(SpeechQuality.COLUMNS)


@pytest.mark.parametrize("name", ["speech.tsv", "image.tsv"])
def test_a_table_that_was_cut_at_a_line_end_is_refused_and_made_again(test_set, name):
    compute_quality(test_set, 1, skipped_limit=0)
    path = test_set / "quality" / name
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
    read = readable_cuts if name == "speech.tsv" else readable_images
    with pytest.raises(InputError, match=rf"{name} lacks 1 of 1\d items .*: run stage 2 again"):
        read(test_set)
    compute_quality(test_set, 1, skipped_limit=0)
    assert path.read_bytes() == whole
    read(test_set)


def test_what_cannot_be_read_is_listed_and_above_the_limit_an_error(test_set):
    cuts, images = load_cuts(test_set), load_images(test_set / "images.jsonl.gz")
    audio, image = (Path(cuts[0].recording.sources[0].source), Path(images[0].path))
    audio.write_bytes(audio.read_bytes()[:1000])
    image.write_bytes(image.read_bytes()[:300])
    with pytest.raises(InputError, match=r"1 of 12 recordings .*quality/skipped.tsv"):
        compute_quality(test_set, 1, skipped_limit=0)
    assert [path.name for path in (test_set / "quality").iterdir()] == ["skipped.tsv"]
    listed = (test_set / "quality/skipped.tsv").read_text().splitlines()
    assert [line.split("\t")[0] for line in listed] == [str(audio), str(image)]

    compute_quality(test_set, 2, skipped_limit=0.1)
    speech, image = tables(test_set)
    assert cuts[0].id not in speech.scores and len(speech) == 11
    assert len(readable_cuts(test_set)[0]) == 11 and len(readable_images(test_set)[0]) == 15
    assert images[0].id not in image.scores and len(image) == 15


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        (np.nan, "samples that are not finite"),
        (3e38, "samples up to 3e+38, where 1 is full scale"),
    ],
)
def test_samples_that_nothing_can_be_computed_from(test_set, sample, reason):
    path = Path(load_cuts(test_set)[0].recording.sources[0].source)
    signal = soundfile.read(path, dtype="float32")[0]
    signal[5] = sample
    soundfile.write(path, signal, 16000, subtype="FLOAT")
    compute_quality(test_set, 1, skipped_limit=0.1)
    listed = (test_set / "quality/skipped.tsv").read_text()
    assert listed == f"{path}\t{reason}\n"


def test_a_set_without_faces_has_an_empty_table(tmp_path):
    corpus = make_corpus(tmp_path / "corpus")
    shutil.rmtree(corpus / "unzippedFaces")
    settings = PreparationSettings([corpus], tmp_path / "data", tmp_path / "decoded")
    prepare_corpus(replace(settings, dev_speakers=2))
    compute_quality(tmp_path / "data/dev", 1, skipped_limit=0)
    assert len(tables(tmp_path / "data/dev")[1]) == 0


def test_missing_manifests_name_their_stage(tmp_path):
    (tmp_path / "faces.jsonl.gz").touch()  # of an older version
    with pytest.raises(InputError, match=r"^missing .*/images.jsonl.gz: stage 1 makes it$"):
        compute_quality(tmp_path, 1, skipped_limit=0)


def test_a_set_of_images_alone(test_set):
    compute_quality(test_set, 1, skipped_limit=0)
    before = QualityTable.load(test_set / "quality/image.tsv").scores
    shutil.rmtree(test_set / "quality")
    (test_set / "cuts.jsonl.gz").unlink()
    compute_quality(test_set, 1, skipped_limit=0)
    assert QualityTable.load(test_set / "quality/image.tsv").scores == before
    assert not (test_set / "quality/speech.tsv").exists()
    made = (test_set / "quality/image.tsv").stat().st_mtime_ns
    compute_quality(test_set, 1, skipped_limit=0)
    assert (test_set / "quality/image.tsv").stat().st_mtime_ns == made
