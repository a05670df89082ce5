import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.quality.teacher import teacher_quality
from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.owners import owners_of


def make(counts, seed=0, dimension=6):
    random = np.random.default_rng(seed)
    ids = [f"id{person}/v{at % 2}/{at}" for person, n in enumerate(counts) for at in range(n)]
    middles = np.repeat(random.normal(size=(len(counts), dimension)), counts, axis=0)
    vectors = middles + 0.5 * random.normal(size=middles.shape)
    return ids, vectors, random.random(len(ids))


def rate(ids, vectors, quality):
    people = owners_of(ids).people
    return teacher_quality(
        KeyedVectors(ids, vectors), people, QualityTable(ids, {"quality": quality})
    )


def naive(ids, vectors, quality):
    norms = [np.sqrt(sum(value**2 for value in vector)) for vector in vectors]
    agreements = []
    for at, name in enumerate(ids):
        person = name.split("/")[0]
        others = [i for i, other in enumerate(ids) if i != at and other.split("/")[0] == person]
        if not others:
            agreements.append(float("nan"))
            continue
        mean = sum(max(quality[i], 0.01) * vectors[i] / norms[i] for i in others)
        agreements.append(vectors[at] @ mean / norms[at] / np.linalg.norm(mean))
    rated = []
    for at, name in enumerate(ids):
        own = [
            a
            for a, other in zip(agreements, ids, strict=True)
            if other.split("/")[0] == name.split("/")[0]
        ]
        share = 1.0
        if len(own) > 1:
            share = min(1, max(0, agreements[at]) / max(0.1, np.median(own)))
        rated.append(quality[at] * np.sqrt(min(1, norms[at] / np.median(norms)) * share))
    return rated, norms, agreements


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_is_what_a_loop_computes(seed):
    ids, vectors, quality = make([1, 2, 5, 8], seed)
    table = rate(ids, vectors, quality)
    expected = dict(
        zip(("quality", "norm", "agreement"), naive(ids, vectors, quality), strict=True)
    )
    assert list(table.columns) == ["quality", "input", "norm", "agreement"]
    for name, values in expected.items():
        np.testing.assert_allclose(table.columns[name], values, rtol=1e-6)
    np.testing.assert_array_equal(table.columns["input"], quality)


@given(st.lists(st.integers(1, 6), min_size=0, max_size=5), st.integers(0, 9))
def test_quality_is_in_range_and_never_above_that_of_the_image(counts, seed):
    ids, vectors, quality = make(counts, seed)
    table = rate(ids, vectors.reshape(len(ids), -1) if ids else np.zeros((0, 6)), quality)
    assert np.all((table.columns["quality"] >= 0) & (table.columns["quality"] <= quality + 1e-12))


def test_order_does_not_matter():
    ids, vectors, quality = make([3, 4])
    order = np.random.default_rng(1).permutation(len(ids))
    shuffled = rate([ids[at] for at in order], vectors[order], quality[order])
    scores = rate(ids, vectors, quality).scores
    assert shuffled.scores == pytest.approx(scores)


def test_a_stranger_and_what_the_teacher_tells_little_from_are_marked_down():
    ids, vectors, _ = make([12, 12])
    vectors[5] = vectors[20]
    vectors[7] *= 0.2
    table = rate(ids, vectors, np.full(24, 0.9))
    quality = table.columns["quality"]
    assert table.columns["agreement"][5] < 0.5 < np.median(table.columns["agreement"][:12])
    assert quality[5] < 0.5 * np.median(quality[:12])
    assert quality[7] < 0.6 * np.median(quality[:12])


def test_poor_images_have_little_say():
    """With half of a person's images degraded, the good ones still agree."""
    good, degraded = np.tile([1.0, 0.1], (4, 1)), np.tile([-1.0, 0.3], (4, 1))
    ids = [f"a/v/{at}" for at in range(8)]
    table = rate(ids, np.concatenate([good, degraded]), np.repeat([0.9, 0.05], 4))
    assert np.all(table.columns["agreement"][:4] > 0.9)
    assert np.all(table.columns["quality"][4:] < 0.01)


def test_an_only_image_is_rated_by_the_image_and_the_norm():
    table = rate(["a/v/1", "b/v/1"], np.array([[2.0, 0], [1, 0]]), np.array([0.8, 0.6]))
    assert np.isnan(table.columns["agreement"]).all()
    np.testing.assert_allclose(table.columns["quality"], [0.8, 0.6 * np.sqrt(1 / 1.5)])


def test_embeddings_of_no_length_have_no_quality():
    table = rate(["a/v/1", "a/v/2"], np.zeros((2, 3)), np.ones(2))
    assert table.columns["quality"].tolist() == [0, 0]


def test_a_missing_image_is_an_error():
    face = QualityTable(["a/v/1"], {"quality": np.ones(1)})
    with pytest.raises(InputError, match=r"no quality of a/v/2: run stage 2 again"):
        teacher_quality(KeyedVectors(["a/v/1", "a/v/2"], np.ones((2, 3))), ["a", "a"], face)


def test_the_table_survives_the_file(tmp_path):
    table = rate(["a/v/1", "b/v/1", "b/v/2"], np.eye(3), np.ones(3))
    table.save(tmp_path / "quality.tsv")
    loaded = QualityTable.load(tmp_path / "quality.tsv", made_by="stage 4")
    assert loaded.scores == pytest.approx(table.scores, abs=1e-5)
    assert np.isnan(loaded.columns["agreement"][0])


def test_a_missing_or_broken_table_names_its_stage(tmp_path):
    path = tmp_path / "quality.tsv"
    with pytest.raises(InputError, match=r"stage 4 makes it"):
        QualityTable.load(path, made_by="stage 4")
    path.write_text("nonsense")
    with pytest.raises(InputError, match=r"run stage 4 again"):
        QualityTable.load(path, made_by="stage 4")
