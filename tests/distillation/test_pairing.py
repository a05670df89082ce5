"""Which image goes with which utterance."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.distillation.pairing import TeacherPairing
from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.owners import owners_of

IDS = ["a/v/1", "a/v/2", "a/w/1", "b/x/1"]
VECTORS = np.array([[1, 0], [2, 0], [0, 3], [1, 1]], dtype=np.float32)
QUALITY = {"a/v/1": 0.2, "a/v/2": 0.4, "a/w/1": 0.9}


def choices(mode, speaker, session, count=50, name="", **options):
    pairing = TeacherPairing(KeyedVectors(IDS, VECTORS), owners_of(IDS), QUALITY, mode, **options)
    generator = np.random.default_rng(0)
    sampled = [pairing.sample(name, speaker, session, generator) for _ in range(count)]
    embeddings, quality = pairing.shown(sampled)
    return list(zip(embeddings, quality.tolist(), strict=True))


def is_nothing(choice):
    embeddings, quality = choice
    return quality == 0 and not embeddings.any()


def test_same_video_takes_every_image_of_the_video_and_no_other():
    assert {quality for _, quality in choices("same_video", "a", "v")} == {0.2, 0.4}


@pytest.mark.parametrize("session", ["elsewhere", None])
def test_same_video_falls_back_to_the_person(session):
    assert {quality for _, quality in choices("same_video", "a", session)} == {0.2, 0.4, 0.9}


def test_same_person_takes_every_image_of_the_person():
    assert {quality for _, quality in choices("same_person", "a", "v")} == {0.2, 0.4, 0.9}


def test_person_mean_is_the_mean_of_unit_vectors():
    embedding, quality = choices("person_mean", "a", "v", count=1)[0]
    np.testing.assert_allclose(embedding, [[2 / 3, 1 / 3]], rtol=1e-6)
    assert quality == pytest.approx(0.5)


def test_unknown_person_and_unknown_quality():
    assert is_nothing(choices("same_video", "c", "v", count=1)[0])
    assert choices("same_video", "b", "x", count=1)[0][1] == 1.0


def test_unknown_mode():
    with pytest.raises(InputError, match="unknown pairing"):
        TeacherPairing(KeyedVectors(IDS, VECTORS), owners_of(IDS), {}, "same_vido")


def test_best_quality_takes_the_best_images_of_the_person_whatever_the_session():
    embedding, quality = choices("best_quality", "a", "v", count=1)[0]
    np.testing.assert_array_equal(embedding, [[0, 3]])
    assert quality == 0.9
    embedding, quality = choices("best_quality", "a", "v", count=1, images=2)[0]
    np.testing.assert_array_equal(embedding, [[0, 3], [2, 0]])
    assert quality == pytest.approx(0.65)
    assert choices("best_quality", "b", "x", count=1, images=3)[0][0].shape == (3, 2)


def test_several_images_are_different_ones_while_there_are_enough():
    for embeddings, quality in choices("same_person", "a", "v", images=3):
        assert sorted(map(tuple, embeddings)) == [(0, 3), (1, 0), (2, 0)]
        assert quality == pytest.approx(0.5)
    assert all(len(found) == 3 for found, _ in choices("same_video", "a", "w", images=3))


def test_a_person_gets_the_embeddings_of_whom_the_control_says():
    shuffled = {"a": "b", "b": "a"}
    assert choices("same_video", "a", "v", count=1, teacher_of=shuffled)[0][1] == 1.0
    found = choices("same_video", "b", "x", teacher_of=shuffled)
    assert {quality for _, quality in found} == {0.2, 0.4, 0.9}
    assert is_nothing(choices("same_video", "c", "v", count=1, teacher_of=shuffled)[0])


def test_same_utterance_takes_the_very_one_and_else_one_of_its_video():
    assert {quality for _, quality in choices("same_utterance", "a", "v", name="a/v/2")} == {0.4}
    assert {quality for _, quality in choices("same_utterance", "a", "v", name="a/v/9")} == {
        0.2,
        0.4,
    }
    # A shuffled teacher says nothing of this very utterance, even if it could.
    found = choices("same_utterance", "a", "v", name="a/v/2", teacher_of={"a": "b"})
    assert {quality for _, quality in found} == {1.0}


def test_a_batch_shows_every_sample_its_own():
    pairing = TeacherPairing(
        KeyedVectors(IDS, VECTORS), owners_of(IDS), QUALITY, "same_person", images=2
    )
    embeddings, quality = pairing.shown([[2, 0], [], [3, 1]])
    np.testing.assert_array_equal(embeddings, [VECTORS[[2, 0]], np.zeros((2, 2)), VECTORS[[3, 1]]])
    np.testing.assert_allclose(quality, [0.55, 0, 0.7])
