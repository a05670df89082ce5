"""Files that are no YAML, or none with keys: one line that names the file."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters


def keys_of(path):
    return Hyperparameters.read(path).keys


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbflr: 0.1\nname: x\n",
        b"lr: 0.1\r\nname: x\r\n",
        b"{lr: 0.1, name: x}",
        b"  lr: 0.1\n  name: x\n",
        b"---\nlr: 0.1\nname: x\n...\n",
        b'"lr": 0.1\nname: x # a comment\n__hidden: 1',
    ],
)
def test_forms_of_a_yaml(tmp_path, content):
    (tmp_path / "own.yaml").write_bytes(content)
    yaml = Hyperparameters.read(tmp_path / "own.yaml")
    assert yaml.keys == ["lr", "name"]
    assert yaml.build({"lr": 1}, {}) == {"lr": 1, "name": "x"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: M\xfcller\n", "byte 7 is not UTF-8: save it as UTF-8"),
        (b"\xff\xfel\x00r\x00", "is not UTF-8"),
        (b"", "it has no keys"),
        (b"# nothing\n", "it has no keys"),
        (b"- lr\n", "it has no keys"),
        (b"lr\n", "it has no keys"),
        (b"lr: 1\nlr: 2\n", "line 2: the key lr comes twice"),
        (b"a:\n  b: 1\n  b: 2\n", "line 3: the key b comes twice"),
        (b"a:\n\tb: 1\n", "no YAML: .*line 2"),
        (b"\tlr: 1\n", "no YAML: .*line 1"),
        (b"lr: [1\n", "no YAML"),
        (b"lr: 1: 2\n", "no YAML: .*line 1"),
        (b"lr: *x\n", "no YAML"),
        (b"lr: 1\n---\nlr: 2\n", "no YAML"),
        (b"lr: \x00\n", "no YAML"),
        (b"a: " + b"[" * 20_000, "no YAML"),
    ],
)
def test_what_is_no_yaml(tmp_path, content, message):
    (tmp_path / "own.yaml").write_bytes(content)
    with pytest.raises(InputError, match=rf"own\.yaml.*{message}") as raised:
        keys_of(tmp_path / "own.yaml")
    assert "\n" not in str(raised.value)


def test_a_yaml_that_holds_itself(tmp_path):
    (tmp_path / "own.yaml").write_text("a: &a [*a]\n")
    assert keys_of(tmp_path / "own.yaml") == ["a"]


def test_a_folder_is_no_yaml(tmp_path):
    with pytest.raises(InputError, match=r"cannot read the YAML .*directory"):
        keys_of(tmp_path)


@pytest.mark.parametrize("line", ["<<: !include:{}", "part: !include:{}", "parts: [!include:{}]"])
def test_what_is_included_must_be_there_and_not_itself(tmp_path, line):
    own = tmp_path / "own.yaml"
    own.write_text(line.format("nowhere.yaml") + "\n")
    with pytest.raises(InputError, match=r"nowhere\.yaml, which .*own\.yaml includes"):
        keys_of(own)
    own.write_text(line.format("other.yaml") + "\n")
    (tmp_path / "other.yaml").write_text(line.format("own.yaml") + "\n")
    with pytest.raises(InputError, match=r"own\.yaml includes itself"):
        keys_of(own)


def test_an_include_below_is_found_beside_the_yaml(tmp_path):
    (tmp_path / "own.yaml").write_text("# not !include:this.yaml\npart: !include:other.yaml\n")
    (tmp_path / "other.yaml").write_text("lr: 0.5\n")
    assert Hyperparameters.read(tmp_path / "own.yaml").build({}, {}) == {"part": {"lr": 0.5}}
