"""A student of each shipped network, trained for a few steps, and voices for it to hear."""

import numpy as np
import pytest
import torch

from speechdistill.students.extraction import extract_embeddings, load_student
from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF
from tests.tiny_corpus import SAMPLE_RATE, voice

SMALL = {"number_of_epochs": 1, "batch_size": 8, "sentence_len": 1.0, "num_workers": 0}
# A network each, as small as its YAML's keys let it be.
OVERRIDES = {
    "student_small": {"n_mels": 20, "emb_dim": 16, "lr": 0.01},
    "student_kaldi": {"emb_dim": 16},
    "student_xvector": {"emb_dim": 16},
    "student_ecapa": {"emb_dim": 16},
    "student_resnet": {"n_mels": 20, "emb_dim": 16},
}


@pytest.fixture(scope="session")
def trained(prepared, tmp_path_factory):
    """Give the folder of a student that was trained with a YAML of the recipe, once."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "data").symlink_to(prepared / "data")

    def train(name="student_small"):
        student = folder / f"{name}-distill_none"
        if not student.exists():
            train_student(
                StudentSettings(
                    *(folder / "data", CONF / f"{name}.yaml", CONF / "distill_none.yaml"),
                    *(student, [], SMALL | OVERRIDES[name], 1),
                )
            )
            sets = {
                folder / "data" / each: student / "embeddings" / each for each in ("dev", "test")
            }
            extract_embeddings(student, sets)
        return student

    return train


@pytest.fixture(scope="session")
def embed_by():
    """Give a function that embeds waveforms of one length as the trained student does."""

    def embed(student_exp, waveforms):
        encoder = load_student(student_exp)[0].encoder.eval()
        with torch.inference_mode():
            return encoder(torch.from_numpy(waveforms)).numpy()

    return embed


@pytest.fixture(scope="session")
def voices():
    """Waveforms of two people, ``(2, samples)``, for 1, 3 and 10 s: each person's own sound."""
    generator = np.random.default_rng(0)
    people = [
        np.concatenate([voice(number, generator) for _ in range(5)]).astype(np.float32)
        for number in (1, 6)
    ]
    return [
        np.stack([person[: seconds * SAMPLE_RATE] for person in people]) for seconds in (1, 3, 10)
    ]


def cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of the rows of two matrices, in double precision."""
    first, second = first.astype(float), second.astype(float)
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return (first * second).sum(axis=1) / norms
