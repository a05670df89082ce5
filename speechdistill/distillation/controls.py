"""Controls: teachers that cannot know what the student hears.

What a distilled student gains over them is the cross-modal part; what they gain over no teacher is
regularisation.
"""

from collections.abc import Mapping

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors

CONTROLS = ("none", "shuffled", "random")


def shuffled_people(label_of: Mapping[str, str], seed: int) -> dict[str, str]:
    """Give everybody another person as teacher: fixed, and everyone is somebody's.

    Teacher and student still agree on who is the same person; all that the teacher knows of how
    people resemble each other is wrong. Where several people share a label (a text), everybody
    gets someone of another label, as far as there are enough of them.

    Arguments
    ---------
    label_of: person -> label; at least two people.
    seed: the same seed and people give the same answer, whatever their order.

    Example
    -------
    >>> teacher_of = shuffled_people({"a": "a", "b": "b", "c": "c"}, seed=1)
    >>> sorted(teacher_of.values()), any(a == b for a, b in teacher_of.items())
    (['a', 'b', 'c'], False)
    """
    if len(label_of) < 2:
        raise InputError(f"{len(label_of)} people cannot be shuffled: give the teacher two or more")
    ordered = sorted(label_of)
    generator = np.random.default_rng([seed, len(ordered)])
    circle = [ordered[index] for index in generator.permutation(len(ordered))]
    teacher_of = dict(zip(circle, circle[1:] + circle[:1], strict=True))
    for person in circle:
        if label_of[teacher_of[person]] == label_of[person]:
            _exchange(person, teacher_of, label_of, generator)
    return teacher_of


def _exchange(
    person: str,
    teacher_of: dict[str, str],
    label_of: Mapping[str, str],
    generator: np.random.Generator,
) -> None:
    """Exchange a person's teacher with one of another label, if someone can give theirs up."""
    others = [other for other in teacher_of if label_of[other] != label_of[person]]
    givers = [other for other in others if label_of[teacher_of[other]] != label_of[person]]
    if givers:
        giver = givers[generator.integers(len(givers))]
        teacher_of[person], teacher_of[giver] = teacher_of[giver], teacher_of[person]


def random_embeddings(embeddings: KeyedVectors, seed: int) -> KeyedVectors:
    """Put a random vector in the place of every embedding, with the same spread.

    The vectors are normally distributed with the mean and the covariance that the embeddings have
    at unit length. Each item keeps its vector, but two items of one person are as far apart as
    those of two people: this teacher does not even know who is who.

    Example
    -------
    >>> vectors = np.random.default_rng(0).normal(size=(500, 2)) * [1, 0.1]
    >>> embeddings = KeyedVectors([f"a/v/{i}" for i in range(500)], vectors)
    >>> sampled = random_embeddings(embeddings, seed=1).vectors
    >>> sampled.shape, bool(sampled.std(axis=0)[0] > 3 * sampled.std(axis=0)[1])
    ((500, 2), True)
    """
    vectors = np.array(embeddings.vectors, dtype=np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = vectors.mean(axis=0)
    # By the singular values, since fewer embeddings than dimensions have no Cholesky factor.
    _, spread, directions = np.linalg.svd(vectors - mean, full_matrices=False)
    sampled = np.random.default_rng([seed, len(vectors)]).standard_normal(
        (len(vectors), len(spread))
    )
    random = mean + sampled * (spread / np.sqrt(len(vectors))) @ directions
    return KeyedVectors(list(embeddings.ids), random.astype(np.float32))
