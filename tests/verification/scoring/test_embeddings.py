"""Embeddings in every form; what is wrong with one is named."""

import kaldiio
import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.embeddings import load_embeddings

IDS = ["b/2", "a/1", "é/3"]
VECTORS = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)


def by_id():
    return dict(zip(IDS, VECTORS, strict=True))


def write_folder(folder):
    KeyedVectors(IDS, VECTORS).save(folder / "e")
    return folder / "e"


def write_npy(folder, ids="e.ids"):
    np.save(folder / "e.npy", VECTORS)
    (folder / ids).write_text("\n".join(IDS), encoding="utf-8")
    return folder / "e.npy"


def write_npz_of_arrays(folder):
    np.savez(folder / "e.npz", ids=IDS, embeddings=VECTORS)
    return folder / "e.npz"


def write_npz_by_id(folder):
    ids = [name.replace("/", "-") for name in IDS]
    np.savez(folder / "e.npz", **dict(zip(ids, VECTORS, strict=True)))
    return folder / "e.npz"


def write_ark(folder, **options):
    kaldiio.save_ark(str(folder / "e.ark"), by_id(), **options)
    return folder / "e.ark"


def write_scp(folder):
    write_ark(folder, scp=str(folder / "e.scp"))
    return folder / "e.scp"


@pytest.mark.parametrize(
    "write",
    [
        write_folder,
        write_npy,
        lambda folder: write_npy(folder, "e.txt"),
        lambda folder: write_npy(folder, "ids.txt"),
        write_npz_of_arrays,
        write_npz_by_id,
        write_ark,
        lambda folder: write_ark(folder, text=True),
        write_scp,
    ],
)
def test_every_form(tmp_path, write):
    embeddings = load_embeddings(write(tmp_path))
    ids = [name.replace("/", "-") if write is write_npz_by_id else name for name in IDS]
    assert list(embeddings.ids) == ids
    np.testing.assert_allclose(embeddings.vectors, VECTORS, rtol=1e-5)


def test_ids_lose_the_extension_of_audio(tmp_path):
    np.savez(tmp_path / "e.npz", ids=["a.wav", "b.FLAC", "c"], vectors=VECTORS)
    assert load_embeddings(tmp_path / "e.npz").ids == ["a", "b", "c"]
    np.savez(tmp_path / "twice.npz", ids=["a.wav", "a.flac", "c"], vectors=VECTORS)
    with pytest.raises(InputError, match=r"twice\.npz: the id a occurs twice"):
        load_embeddings(tmp_path / "twice.npz")


def break_ark(folder):
    path = write_ark(folder)
    path.write_bytes(path.read_bytes()[:-7])
    return path


def break_scp(folder):
    (folder / "e.scp").write_text(f"a {folder}/nothing.ark:3\n")
    return folder / "e.scp"


def command_in_scp(folder):
    (folder / "e.scp").write_text(f"a touch {folder}/ran |\n")
    return folder / "e.scp"


def uneven_ark(folder):
    kaldiio.save_ark(str(folder / "e.ark"), {"a": VECTORS[0], "b": VECTORS[1, :3]})
    return folder / "e.ark"


def file_of(name, content=b""):
    def write(folder):
        (folder / name).write_bytes(content)
        return folder / name

    return write


def npy_without_ids(folder):
    np.save(folder / "e.npy", VECTORS)
    return folder / "e.npy"


def npy_with_few_ids(folder):
    (folder / "e.ids").write_text("a\nb\n")
    return npy_without_ids(folder)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda folder: folder / "nothing", "there are no embeddings"),
        (file_of("e.pt"), "no known form"),
        (file_of("e.npz", b"not zip"), "is broken"),
        (npy_without_ids, "has no ids"),
        (npy_with_few_ids, "2 ids for vectors of shape"),
        (file_of("e.ark"), "holds no embeddings"),
        (break_ark, "is broken"),
        (break_scp, "is broken"),
        (command_in_scp, "names commands"),
        (uneven_ark, r"b has the shape \(3,\), not one of 5 numbers"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, write, message):
    path = write(tmp_path)
    with pytest.raises(InputError, match=message) as error:
        load_embeddings(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)
    assert not (tmp_path / "ran").exists()
