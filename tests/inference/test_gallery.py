"""A gallery is one file, of plain arrays, for one model."""

import pickle

import numpy as np
import pytest

import speechdistill
from speechdistill.base.errors import InputError
from speechdistill.inference.gallery import Gallery
from tests.tiny_student import make_student


@pytest.fixture
def gallery(embedder, recordings):
    empty = Gallery.empty(embedder.reference, embedder.name)
    first, second = embedder.embed([recordings["a.wav"], recordings["c.ogg"]])
    return empty.with_person("Ann O'Hara", first[None]).with_person("bob", second[None])


def test_it_comes_back_as_it_was(gallery, embedder, recordings, tmp_path):
    gallery.save(tmp_path / "people")
    assert [path.name for path in tmp_path.iterdir()] == ["people"]
    again = Gallery.load(tmp_path / "people")
    again.check(embedder, tmp_path / "people")
    scores = again.scores(embedder.embed(recordings["a.wav"]))
    assert again.names == ["Ann O'Hara", "bob"] and again.counts.tolist() == [1, 1]
    assert scores[0] == pytest.approx(1) and scores[1] < 1


def test_more_recordings_of_a_person_are_averaged_at_unit_length(gallery, embedder):
    vectors = np.random.default_rng(0).normal(size=(2, 16)) * [[1.0], [100.0]]
    more = gallery.with_person("cyd", vectors[:1]).with_person("cyd", vectors[1:])
    assert more.counts.tolist() == [1, 1, 2]
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = embedder.similarity(units.sum(axis=0), vectors[0])
    assert more.scores(vectors[0])[2] == pytest.approx(expected)


def test_another_model_is_refused(gallery, tmp_path):
    other = speechdistill.load(make_student(tmp_path / "other", seed=2))
    with pytest.raises(InputError, match=r"another model \(student\).*enrol again with other"):
        gallery.check(other, tmp_path / "people")


class Bomb:
    def __reduce__(self):
        return pytest.fail, ("it was executed",)


@pytest.mark.parametrize("kind", ["text", "pickle", "object", "others", "shapes", "nan", "cut"])
def test_what_is_no_gallery(gallery, tmp_path, kind):
    path = tmp_path / "people"
    gallery.save(path)
    arrays = dict(np.load(path))
    match kind:
        case "text":
            path.write_text("Ann")
        case "pickle":
            path.write_bytes(pickle.dumps(Bomb()))
        case "cut":
            path.write_bytes(path.read_bytes()[:-200])
        case "others":
            arrays = {"ids": np.array(["a"])}
        case "object":
            arrays["names"] = np.array([Bomb()], dtype=object)
        case "shapes":
            arrays["counts"] = np.ones(7)
        case "nan":
            arrays["sums"] = np.full((2, 16), np.nan)
    if kind in ("others", "object", "shapes", "nan"):
        with path.open("wb") as file:
            np.savez(file, **arrays)
    with pytest.raises(InputError, match="is no gallery"):
        Gallery.load(path)


@pytest.mark.parametrize("name", ["", " ", "a\tb", "a\nb"])
def test_names_that_are_none(gallery, name):
    with pytest.raises(InputError, match="is no name"):
        gallery.with_person(name, np.ones((1, 16)))
