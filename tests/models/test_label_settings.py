"""What training knows of who speaks, as far as it is written: before anything is built."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.label_settings import LabelSettings, read_labels
from tests.conftest import CONF


@pytest.fixture
def labels(tmp_path):
    """Read labels from a file of these bytes."""

    def read(data: bytes):
        (tmp_path / "labels.tsv").write_bytes(data)
        return read_labels(tmp_path / "labels.tsv")

    return read


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa/x\tone\r\na/y\tanother one\r\n",
        b" a/x \t one\t\n\n  \t \na/y\tanother one",
        b"a/y\tanother one\n\r\na/x\tone\x0b\n",
    ],
)
def test_what_editors_and_spreadsheets_add_is_no_part_of_a_label(labels, data, caplog):
    assert labels(data) == {"a/x": "one", "a/y": "another one"}
    assert not caplog.records


def test_a_repeated_line_counts_once_and_is_said(labels, caplog):
    assert labels(b"a/x\tone\na/y\ttwo\na/x\tone\n") == {"a/x": "one", "a/y": "two"}
    assert "repeats 1 lines, such as line 3: they count once" in caplog.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a/x\n", "line 1: not `speaker/session<TAB>label`"),
        (b"a/x one\n", "line 1: not"),
        (b"a/x\tone\t3\n", "line 1: not"),
        (b"a/x\t \n", "line 1: not"),
        (b"a/x\tone/two\n", "line 1: not"),
        (b"a/x\to\0ne\n", r"line 1: a label has no control character such as '\\x00'"),
        (b"a/x\tone\na/x\ttwo\n", "line 2: a/x has two labels"),
        (b"a/x\tvideo000003\n", "line 1: video000003 is a name that training gives"),
        (b"a/x\t-\n", "line 1: - is a name that training gives"),
        (b"a/x\tone\na/y\tJos\xe9\n", "line 2 is no UTF-8"),
    ],
)
def test_a_wrong_file_is_refused(labels, data, message):
    with pytest.raises(InputError, match=message):
        labels(data)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"labelled_speakers": 0.5}, "what the others' classes are"),
        ({"labels": "video", "labelled_speakers": 1.5}, "or a number of speakers, not 1.5"),
        ({"labels": "video", "labelled_speakers": -1}, "a share from 0 to 1"),
        ({"vector_weights": "q"}, "vector_weights is quality or none, not q"),
    ],
)
def test_settings_that_cannot_be(settings, message):
    with pytest.raises(InputError, match=message):
        LabelSettings(**settings)


def test_settings_are_those_of_the_yaml_but_what_overrides_say():
    yaml = Hyperparameters.read(CONF / "distill_joint_clusters.yaml")
    written = LabelSettings.written(yaml, {"voice": "", "lr": 1}, seed=3)
    assert written == LabelSettings("teacher", voice="", seed=3)
    assert LabelSettings.written(yaml, {"labels": "own.tsv"}).file.name == "own.tsv"
    built = yaml.build({}, {})
    assert LabelSettings.written(yaml, {}) == LabelSettings.of(built, seed=1)
    assert LabelSettings.written(yaml, {}).file is None
