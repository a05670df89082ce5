"""Vectors from every form: each id gets its row, and what is wrong is listed or named."""

from dataclasses import replace

import numpy as np
import pytest
from lhotse import CutSet, NumpyFilesWriter
from lhotse.testing.dummies import dummy_cut

from speechdistill.base.errors import InputError
from speechdistill.teachers.imported.vector_file import VectorFile
from tests.teachers.sets import make_set

kaldiio = pytest.importorskip("kaldiio")

VECTORS = {
    "a/v/1": [1.0, 2.0, 3.0],
    "a/v/2": [4.0, 5.0, 6.0],
    "b/w/1": [7.0, 8.0, 9.0],
    "d/v/1": [0.0, 1.0, 0.0],
}


@pytest.fixture
def folders(tmp_path):
    return {
        "train": make_set(tmp_path / "train", ["a/v/1", "a/v/2", "b/w/1"], faces=["a/v/f"]),
        "dev": make_set(tmp_path / "dev", ["d/v/1"]),
    }


def save_npy(folder, vectors):
    np.save(folder / "vectors.npy", np.array(list(vectors.values())))
    (folder / "ids.txt").write_text("".join(f"{name}\n" for name in vectors))
    return VectorFile(str(folder / "vectors.npy"), ids=str(folder / "ids.txt"))


def save_ark(folder, vectors):
    arrays = {name: np.array(vector, dtype=np.float32) for name, vector in vectors.items()}
    kaldiio.save_ark(str(folder / "v.ark"), arrays, scp=str(folder / "v.scp"))
    return VectorFile(str(folder / "v.ark"))


def save_scp(folder, vectors):
    save_ark(folder, vectors)
    return VectorFile(str(folder / "v.scp"))


def save_lhotse(folder, vectors):
    cuts = []
    with NumpyFilesWriter(folder / "arrays") as writer:
        for number, (name, vector) in enumerate(vectors.items()):
            cut = dummy_cut(number).with_id(name)
            key = name.replace("/", "-")
            cut.face = writer.store_array(key, np.array(vector, dtype=np.float32))
            cuts.append(cut)
    CutSet.from_cuts(cuts).to_file(folder / "v.jsonl.gz")
    return VectorFile(str(folder / "v.jsonl.gz"), field="face")


FORMS = [save_npy, save_ark, save_scp, save_lhotse]
RAGGED = FORMS[1:]  # a matrix has one width


@pytest.mark.parametrize("save", FORMS)
def test_each_id_gets_its_vector(folders, tmp_path, save):
    source = save(tmp_path, VECTORS)
    encoded = source.encode(folders)
    assert [item.id for item in encoded["train"].items] == ["a/v/1", "a/v/2", "b/w/1"]
    assert [item.label for item in encoded["train"].items] == ["a", "a", "b"]
    np.testing.assert_array_equal(encoded["train"].vectors, list(VECTORS.values())[:3])
    np.testing.assert_array_equal(encoded["dev"].vectors, [[0, 1, 0]])
    assert encoded["train"].vectors.dtype == np.float32
    assert encoded["train"].quality.tolist() == [1, 1, 1]
    assert not encoded["train"].skipped and not encoded["dev"].skipped
    assert all(path.is_file() for path in source.files)


@pytest.mark.parametrize("save", FORMS)
def test_people_and_images_have_vectors_too(folders, tmp_path, save):
    encoded = save(tmp_path, {"a/v/f": [1, 2], "b": [3, 4]}).encode(folders)["train"]
    assert [(item.id, item.session) for item in encoded.items] == [
        ("a/v/f", "v"),
        ("b/-/vector", "-"),
    ]


@pytest.mark.parametrize("save", FORMS)
def test_people_of_the_same_vector_share_a_label(folders, tmp_path, save):
    encoded = save(tmp_path, {"a": [1, 2], "b": [1, 2], "d": [3, 4]}).encode(folders)
    first, second = encoded["train"].items
    assert first.label == second.label not in ("a", "b")
    assert encoded["dev"].items[0].label == "d"


@pytest.mark.parametrize("save", FORMS)
def test_nan_and_unknown_ids_are_listed(folders, tmp_path, save):
    vectors = {**VECTORS, "a/v/2": [1.0, np.nan, 0.0], "b/w/1": [np.inf, 0.0, 0.0], "x": [1, 1, 1]}
    encoded = save(tmp_path, vectors).encode(folders)["train"]
    assert [item.id for item in encoded.items] == ["a/v/1"]
    assert encoded.skipped == [
        ("x", "in no set"),
        ("a/v/2", "NaN or infinite"),
        ("b/w/1", "NaN or infinite"),
    ]


@pytest.mark.parametrize("save", RAGGED)
def test_other_widths_and_shapes_are_listed(folders, tmp_path, save):
    vectors = {**VECTORS, "a/v/2": [1.0, 2.0], "b/w/1": np.ones((4, 3))}
    encoded = save(tmp_path, vectors).encode(folders)["train"]
    assert encoded.vectors.shape == (1, 3)
    assert encoded.skipped == [
        ("a/v/2", "width 2, not 3"),
        ("b/w/1", "shape (4, 3), not a vector"),
    ]


@pytest.mark.parametrize("save", FORMS)
def test_nothing_of_the_training_set(folders, tmp_path, save):
    with pytest.raises(InputError, match=r"nothing in .*train has a usable vector.*first is id9"):
        save(tmp_path, {"id9": [1.0]}).encode(folders)


def test_rows_and_ids_must_fit(folders, tmp_path):
    source = save_npy(tmp_path, VECTORS)
    ids = tmp_path / "ids.txt"
    ids.write_text("a/v/1\n")
    with pytest.raises(InputError, match=r"ids\.txt has 1 ids for the 4 rows of .*vectors\.npy"):
        source.encode(folders)
    ids.write_text("a/v/1\na/v/2\na/v/1\nb/w/1\n")
    with pytest.raises(InputError, match=r"names a/v/1 twice"):
        source.encode(folders)
    ids.unlink()
    with pytest.raises(InputError, match=r"no file .*ids\.txt: give it with --teacher\.ids"):
        source.encode(folders)


@pytest.mark.parametrize("array", [np.ones(3), np.ones((2, 2, 2)), np.array([["a", "b"]])])
def test_an_array_that_is_no_matrix_of_numbers(folders, tmp_path, array):
    source = save_npy(tmp_path, VECTORS)
    np.save(tmp_path / "vectors.npy", array)
    with pytest.raises(InputError, match=r"vectors\.npy holds .*not numbers"):
        source.encode(folders)


@pytest.mark.parametrize("name", ["v.npy", "v.scp", "v.ark", "v.jsonl.gz", "v.jsonl"])
def test_files_that_are_missing_or_something_else(folders, tmp_path, name):
    source = VectorFile(str(tmp_path / name), ids=str(tmp_path / "ids.txt"))
    (tmp_path / "ids.txt").write_text("a\n")
    with pytest.raises(InputError, match=rf"no file .*{name}: give it with --teacher\.vectors"):
        source.encode(folders)
    (tmp_path / name).write_bytes(b"{something-else}\n")
    with pytest.raises(InputError, match=name) as error:
        source.encode(folders)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("vectors", ["vectors.csv", "vectors", ""])
def test_an_unknown_form(vectors):
    with pytest.raises(ValueError, match=r"one of the forms \.npy"):
        VectorFile(vectors)


def test_entries_of_an_scp_that_cannot_be_read_are_listed(folders, tmp_path):
    source = save_scp(tmp_path, VECTORS)
    lines = (tmp_path / "v.scp").read_text().splitlines(keepends=True)
    lines[1] = f"a/v/2 {tmp_path}/gone.ark:5\n"
    (tmp_path / "v.scp").write_text("".join(lines))
    encoded = source.encode(folders)["train"]
    assert [item.id for item in encoded.items] == ["a/v/1", "b/w/1"]
    ((name, reason),) = encoded.skipped
    assert name == "a/v/2" and "No such file" in reason


def test_an_ark_that_breaks_off(folders, tmp_path):
    source = save_ark(tmp_path, VECTORS)
    whole = (tmp_path / "v.ark").read_bytes()
    (tmp_path / "v.ark").write_bytes(whole[:-5])
    with pytest.raises(InputError, match=r"v\.ark is broken"):
        source.encode(folders)


def test_temporal_arrays_are_averaged(folders, tmp_path):
    frames = np.arange(12, dtype=np.float32).reshape(4, 3)
    cut = dummy_cut(0, duration=1.0).with_id("a/v/1")
    with NumpyFilesWriter(tmp_path / "arrays") as writer:
        cut.lips = writer.store_array("a", frames, frame_shift=0.25, temporal_dim=0, start=0)
    CutSet.from_cuts([cut]).to_file(tmp_path / "v.jsonl")
    encoded = VectorFile(str(tmp_path / "v.jsonl"), field="lips").encode(folders)["train"]
    np.testing.assert_allclose(encoded.vectors, [frames.mean(axis=0)])


def test_cuts_without_the_array_are_listed_and_another_name_is_told(folders, tmp_path):
    source = save_lhotse(tmp_path, VECTORS)
    with pytest.raises(InputError, match=r"has an array fcae, only face: .*--teacher\.field"):
        VectorFile(str(source.vectors), field="fcae").encode(folders)
    (stored,) = (tmp_path / "arrays").rglob("a-v-1.npy")
    stored.unlink()
    cuts = list(CutSet.from_file(source.vectors))
    cuts[1].custom = None
    source.vectors.unlink()
    CutSet.from_cuts(cuts).to_file(source.vectors)
    encoded = source.encode(folders)["train"]
    assert [item.id for item in encoded.items] == ["b/w/1"]
    assert [name for name, _ in encoded.skipped] == ["a/v/1", "a/v/2"]
    assert encoded.skipped[1][1] == "no array face"


@pytest.mark.parametrize("change", [{"storage_type": "memory_raw"}, {"storage_type": "kaldiio"}])
def test_storage_that_can_run_code_is_only_listed(folders, tmp_path, change):
    source = save_lhotse(tmp_path, VECTORS)
    cuts = list(CutSet.from_file(source.vectors))
    cuts[1].face = replace(cuts[1].face, **change)
    cuts[2].face = replace(cuts[2].face, storage_path=f"pipe:touch {tmp_path}/ran #")
    source.vectors.unlink()
    CutSet.from_cuts(cuts).to_file(source.vectors)
    encoded = source.encode(folders)["train"]
    assert [name for name, _ in encoded.skipped] == ["a/v/2", "b/w/1"]
    assert all("which can run code" in reason for _, reason in encoded.skipped)
    assert not (tmp_path / "ran").exists()


def test_a_command_in_an_scp_is_not_run(folders, tmp_path):
    source = save_scp(tmp_path, VECTORS)
    with (tmp_path / "v.scp").open("a") as lines:
        lines.write(f"x touch {tmp_path}/ran |\n")
    with pytest.raises(InputError, match=r"v\.scp names commands \(line 5\)"):
        source.encode(folders)
    assert not (tmp_path / "ran").exists()


def test_an_id_that_an_archive_has_twice(folders, tmp_path):
    source = save_ark(tmp_path, VECTORS)
    whole = (tmp_path / "v.ark").read_bytes()
    (tmp_path / "v.ark").write_bytes(whole + whole)
    with pytest.raises(InputError, match=r"v\.ark names a/v/1 twice: keep one"):
        source.encode(folders)


@pytest.mark.parametrize("kind", ["c8", "?"])
def test_numbers_that_are_not_real(folders, tmp_path, kind):
    source = save_npy(tmp_path, VECTORS)
    np.save(tmp_path / "vectors.npy", np.array(list(VECTORS.values())).astype(kind))
    with pytest.raises(InputError, match=r"vectors\.npy holds .*not numbers"):
        source.encode(folders)
