"""Controls keep everything of the teacher but what they are to destroy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.distillation.controls import random_embeddings, shuffled_people
from speechdistill.storage.keyed_vectors import KeyedVectors


@given(st.sets(st.text(min_size=1, max_size=5), min_size=2, max_size=30), st.integers(0, 2**32 - 1))
def test_everybody_has_another_and_everybody_is_somebodys(people, seed):
    teacher_of = shuffled_people({person: person for person in sorted(people)}, seed)
    assert set(teacher_of) == set(teacher_of.values()) == people
    assert all(person != teacher for person, teacher in teacher_of.items())
    backwards = {person: person for person in sorted(people, reverse=True)}
    assert teacher_of == shuffled_people(backwards, seed)


@given(st.lists(st.integers(0, 4), min_size=4, max_size=30), st.integers(0, 100))
def test_who_shares_a_text_gets_another_text_wherever_there_are_enough(labels, seed):
    label_of = {f"p{number:02d}": str(label) for number, label in enumerate(labels)}
    if 2 * max(labels.count(label) for label in labels) > len(labels):
        return
    teacher_of = shuffled_people(label_of, seed)
    assert sorted(teacher_of.values()) == sorted(label_of)
    assert all(label_of[person] != label_of[teacher] for person, teacher in teacher_of.items())


def test_the_seed_matters_to_who_is_whose():
    people = {f"p{number}": f"p{number}" for number in range(20)}
    assert shuffled_people(people, 1) != shuffled_people(people, 2)


def test_one_person_cannot_be_shuffled():
    with pytest.raises(InputError, match="1 people"):
        shuffled_people({"a": "a"}, 1)


def made_up_embeddings(people, images, dimension):
    generator = np.random.default_rng(3)
    centres = generator.normal(size=(people, 1, dimension)) * np.linspace(0.2, 3, dimension)
    vectors = 1 + centres + 0.1 * generator.normal(size=(people, images, dimension))
    ids = [f"p{person}/v/{image}" for person in range(people) for image in range(images)]
    return KeyedVectors(ids, vectors.reshape(-1, dimension).astype(np.float32))


def test_random_embeddings_have_the_mean_and_covariance_of_the_real_ones():
    embeddings = made_up_embeddings(people=400, images=10, dimension=4)
    real = embeddings.vectors / np.linalg.norm(embeddings.vectors, axis=1, keepdims=True)
    sampled = random_embeddings(embeddings, seed=1)
    assert sampled.ids == list(embeddings.ids)
    np.testing.assert_allclose(sampled.vectors.mean(0), real.mean(0), atol=0.03)
    np.testing.assert_allclose(np.cov(sampled.vectors.T), np.cov(real.T), atol=0.03)


def test_random_embeddings_do_not_know_who_is_who():
    sampled = random_embeddings(made_up_embeddings(200, 10, 4), seed=1).vectors.reshape(200, 10, 4)
    between, within = sampled.mean(axis=1).var(axis=0), sampled.var(axis=1).mean(axis=0)
    np.testing.assert_allclose(between / within, 1 / 10, rtol=0.5)


def test_random_embeddings_where_there_are_fewer_than_dimensions():
    sampled = random_embeddings(made_up_embeddings(3, 1, 8), seed=1).vectors
    assert sampled.shape == (3, 8) and np.isfinite(sampled).all()
