"""Embeddings of several sets at once are those of every utterance alone."""

import gzip
import os
import shutil

import numpy as np
import pytest
import torch

from speechdistill.corpora.conditions.make import make_conditions
from speechdistill.corpora.manifests import load_cuts
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.extraction import extract_embeddings, load_student
from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF

pytestmark = pytest.mark.slow

SETS = ("test", "dev", "test-white-5", "test-cut-1")


@pytest.fixture(scope="module")
def data(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("extraction") / "data"
    shutil.copytree(prepared / "data", folder)
    make_conditions(folder, seed=1, jobs=1)
    return folder


@pytest.fixture(scope="module")
def student(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student") / "student"
    overrides = {"number_of_epochs": 3, "batch_size": 4, "sentence_len": 1.0, "num_workers": 0}
    overrides |= {"n_mels": 20, "emb_dim": 16, "valid_interval": 1}
    overrides |= {"average_checkpoints": 2, "average_by": "last"}
    train_student(
        StudentSettings(
            data,
            CONF / "student_small.yaml",
            CONF / "distill_none.yaml",
            folder,
            [],
            overrides,
            1,
        )
    )
    return folder


@pytest.fixture
def embedded(data, student, tmp_path):
    outputs = {data / name: tmp_path / name for name in SETS}
    extract_embeddings(student, outputs)
    return outputs


def test_they_are_those_of_each_utterance_alone(data, student, embedded):
    encoder = load_student(student)[0].encoder.eval()
    for manifests, output in embedded.items():
        vectors = KeyedVectors.load(output)
        cuts = load_cuts(manifests)
        assert list(vectors.ids) == [cut.id for cut in cuts]
        for cut in cuts:
            with torch.no_grad():
                alone = encoder(torch.from_numpy(cut.load_audio()))[0].numpy()
            np.testing.assert_allclose(vectors[cut.id], alone, atol=1e-3 * np.abs(alone).max())


def test_the_student_is_the_mean_of_its_checkpoints(student):
    loaded, checkpoints = load_student(student)
    assert [checkpoint.meta["epoch"] for checkpoint in checkpoints] == [3, 2]
    for name, module in (
        ("embedding_model", loaded.encoder.embedding_model),
        ("classifier", loaded.classifier),
    ):
        newer, older = (
            torch.load(checkpoint.paramfiles[name], map_location="cpu")
            for checkpoint in checkpoints
        )
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                assert not torch.equal(newer[key], older[key])
                torch.testing.assert_close(value, (newer[key] + older[key]) / 2)
            else:
                assert torch.equal(value, newer[key])


def test_sets_that_are_up_to_date_are_left_alone(data, student, embedded, caplog):
    before = {
        manifests: (output / "ids.txt").stat().st_mtime_ns for manifests, output in embedded.items()
    }
    for condition in ("test-white-5", "test-cut-1"):
        os.utime(data / condition / "cuts.jsonl.gz", (2e9, 2e9))  # time alone changes nothing
    manifest = data / "test-white-5" / "cuts.jsonl.gz"
    manifest.write_bytes(gzip.compress(gzip.decompress(manifest.read_bytes()), 1))
    with caplog.at_level("INFO"):
        extract_embeddings(student, embedded)
    again = {
        manifests.name
        for manifests, output in embedded.items()
        if (output / "ids.txt").stat().st_mtime_ns != before[manifests]
    }
    assert again == {"test-white-5"}
    assert "the embeddings of dev are up to date" in caplog.text


def test_other_checkpoints_make_them_anew(student, embedded, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(student, copy)
    newest, *_ = load_student(copy)[1]
    shutil.rmtree(newest.path)
    before = {output: (output / "ids.txt").stat().st_mtime_ns for output in embedded.values()}
    extract_embeddings(copy, embedded)
    assert all((output / "ids.txt").stat().st_mtime_ns != made for output, made in before.items())


def test_what_lost_a_file_is_made_again(student, embedded):
    output = next(iter(embedded.values()))
    (output / "ids.txt").unlink()
    extract_embeddings(student, embedded)
    assert (output / "ids.txt").exists()
