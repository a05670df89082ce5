"""Kaldi's files are data: every form is read as kaldiio reads it, nothing in them is executed."""

import gzip
import os
import pickle

import kaldiio
import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.kaldi import files_of_scp, read_kaldi

GENERATOR = np.random.default_rng(0)
VECTORS = {name: GENERATOR.normal(size=5).astype(np.float32) for name in ("a/1", "é", "b|c")}
MATRICES = {"m": GENERATOR.normal(size=(20, 4)).astype(np.float32)}


def same(found, arrays, tolerance=0.0):
    found = dict(found)
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_allclose(found[name], array, atol=tolerance, strict=tolerance == 0)


def as_type(arrays, dtype):
    return {name: array.astype(dtype) for name, array in arrays.items()}


@pytest.mark.parametrize("arrays", [VECTORS, MATRICES])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_binary(tmp_path, arrays, dtype):
    arrays = as_type(arrays, dtype)
    kaldiio.save_ark(str(tmp_path / "v.ark"), arrays, scp=str(tmp_path / "v.scp"))
    same(read_kaldi(tmp_path / "v.ark"), arrays)
    same(read_kaldi(tmp_path / "v.scp"), arrays)


@pytest.mark.parametrize("arrays", [VECTORS, MATRICES, {"one": np.ones(1, dtype=np.float32)}])
def test_text(tmp_path, arrays):
    kaldiio.save_ark(str(tmp_path / "v.ark"), arrays, text=True, scp=str(tmp_path / "v.scp"))
    same(read_kaldi(tmp_path / "v.ark"), arrays, 1e-5)
    same(read_kaldi(tmp_path / "v.scp"), arrays, 1e-5)


def test_text_without_brackets(tmp_path):
    (tmp_path / "v.ark").write_text("a 1\nb 2 3\nc  [ 4 5 ]\nd [\n 1 2\n 3 4 ]\n")
    found = {name: array.tolist() for name, array in read_kaldi(tmp_path / "v.ark")}
    assert found == {"a": [1], "b": [2, 3], "c": [4, 5], "d": [[1, 2], [3, 4]]}


@pytest.mark.parametrize("method", [1, 2, 3, 4, 5, 6, 7])
def test_compressed(tmp_path, method):
    arrays = {"m": np.clip(MATRICES["m"], 0, 1)}
    path = str(tmp_path / "v.ark")
    kaldiio.save_ark(path, arrays, compression_method=method)
    same(read_kaldi(tmp_path / "v.ark"), dict(kaldiio.load_ark(path)), 1e-6)


def test_gzip_and_ranges(tmp_path):
    kaldiio.save_ark(str(tmp_path / "v.ark"), MATRICES, scp=str(tmp_path / "v.scp"))
    place = (tmp_path / "v.scp").read_text().split(" ", 1)[1].strip()
    with gzip.open(tmp_path / "v.ark.gz", "wb") as packed:
        packed.write((tmp_path / "v.ark").read_bytes())
    packed = place.replace("v.ark", "v.ark.gz")
    lines = [f"a {packed}", f"b {place}[2:4]", f"c {place}[3,0:1]", f"d\t{place}[:,1:]  "]
    (tmp_path / "v.scp").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    m = MATRICES["m"]
    same(read_kaldi(tmp_path / "v.scp"), {"a": m, "b": m[2:5], "c": m[3:4, 0:2], "d": m[:, 1:]})
    assert files_of_scp(tmp_path / "v.scp") == [tmp_path / "v.ark.gz", tmp_path / "v.ark"]


@pytest.mark.parametrize(
    "place",
    [
        "touch {0}/ran |",
        "touch {0}/ran|",
        "  touch {0}/ran |  ",
        "| touch {0}/ran",
        "x.ark | y",
        "-",
    ],
)
def test_commands_are_refused_before_anything_is_read(tmp_path, place):
    kaldiio.save_ark(str(tmp_path / "v.ark"), {"a": np.ones(2)}, scp=str(tmp_path / "v.scp"))
    with (tmp_path / "v.scp").open("a") as lines:
        lines.write(f"b {place.format(tmp_path)}\n")
    with pytest.raises(InputError, match=r"v\.scp.* names (commands|standard input)"):
        list(read_kaldi(tmp_path / "v.scp"))
    assert not (tmp_path / "ran").exists()


class Malice:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_nothing_is_unpickled(tmp_path):
    (tmp_path / "v.ark").write_bytes(b"a PKL" + pickle.dumps(Malice(tmp_path / "ran")))
    (tmp_path / "v.scp").write_text(f"a {tmp_path}/v.ark:2\n")
    with pytest.raises(InputError, match="pickled object"):
        list(read_kaldi(tmp_path / "v.ark"))
    ((_, error),) = read_kaldi(tmp_path / "v.scp")
    assert isinstance(error, InputError)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("magic", [b"NPY", b"RIFF", b"fLaC", b"AUDIO", b"\0B\4\1\0\0\0", b"\0BIM "])
def test_other_contents_are_refused(tmp_path, magic):
    (tmp_path / "v.ark").write_bytes(b"a " + magic + bytes(64))
    with pytest.raises(InputError, match="is broken") as error:
        list(read_kaldi(tmp_path / "v.ark"))
    assert "\n" not in str(error.value)


def test_text_that_is_no_number(tmp_path):
    for number in ("1_0", "\u0661", "0x1", "a"):
        (tmp_path / "v.ark").write_text(f"a [ 1 {number} ]\n")
        with pytest.raises(InputError, match=r"v\.ark"):
            list(read_kaldi(tmp_path / "v.ark"))


@pytest.mark.parametrize("arrays", [VECTORS, MATRICES])
def test_an_archive_cut_anywhere(tmp_path, arrays):
    kaldiio.save_ark(str(tmp_path / "v.ark"), arrays)
    whole = (tmp_path / "v.ark").read_bytes()
    for length in range(1, len(whole)):
        (tmp_path / "v.ark").write_bytes(whole[:length])
        try:
            found = dict(read_kaldi(tmp_path / "v.ark"))
        except InputError as error:
            assert "is broken" in str(error)
        else:  # between two entries
            assert all(np.array_equal(found[name], arrays[name]) for name in found)


def test_a_length_that_is_a_lie(tmp_path):
    (tmp_path / "v.ark").write_bytes(b"a \0BFV \4\xff\xff\xff\x7f" + bytes(16))
    with pytest.raises(InputError, match="breaks off"):
        list(read_kaldi(tmp_path / "v.ark"))


def test_what_is_no_plain_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "v.scp").write_text(f"a {tmp_path}/pipe\nb /dev/zero\nc {tmp_path}\n")
    assert all(isinstance(entry, InputError) for _, entry in read_kaldi(tmp_path / "v.scp"))
