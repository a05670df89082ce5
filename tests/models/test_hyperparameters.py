"""Overrides are checked, settings are remembered."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import (
    Hyperparameters,
    recall_settings,
    remember_settings,
)


def test_overrides_reach_references():
    yaml = Hyperparameters("lr: 0.1\ndouble: !ref <lr> * 2\n", "x.yaml")
    assert yaml.build({"lr": 0.5}, {}) == {"lr": 0.5, "double": 1.0}


def test_what_the_recipe_knows_fills_placeholders_only_where_there_is_a_key():
    yaml = Hyperparameters("seed: !PLACEHOLDER\n", "x.yaml")
    assert yaml.build({}, {"seed": 3, "out_n_neurons": 9}) == {"seed": 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model: !new:torch.nn.Lineer\n", "x.yaml cannot be built"),
        ("model: !new:torch.nn.Linear\n  in_features: 3\n", "x.yaml cannot be built"),
        ("seed: !PLACEHOLDER\n", "x.yaml cannot be built"),
        ("a: [1, 2\n", "x.yaml cannot be built"),
    ],
)
def test_a_yaml_that_cannot_be_built_is_named_in_one_line(text, message):
    with pytest.raises(InputError, match=message) as error:
        Hyperparameters(text, "x.yaml").build({}, {})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "a: !apply:operator.truediv [1, 0]",
        "a: !apply:operator.getitem [{}, x]",
        "a: !apply:operator.pow [2.0, 1e9]",
        "a: !ref <a>",
        "a: !ref 1 / 0 * <b>\nb: 1",
        "a: !apply:math.factorial [-1]",
        "a: !apply:os.listdir [/nowhere]",
        "a: !apply:torch.zeros [[-1]]",
        "a: !new:torch.nn.Linear [3]",
        "a: !apply:next [!apply:iter [[]]]",
        "a: !include:/nowhere.yaml",
        "a: !module:no.such",
        "a: !unknown 3",
        "a: !!python/object/apply:os.abort_ []",
        "<<: !include:",
    ],
)
def test_whatever_building_raises_is_one_line(text):
    with pytest.raises(InputError, match=r"x\.yaml cannot be built: .") as error:
        Hyperparameters(text, "x.yaml").build({}, {})
    assert "\n" not in str(error.value)


def test_missing_yaml():
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        Hyperparameters.read("nowhere.yaml")


@pytest.fixture
def including(tmp_path):
    """A YAML that includes another beside it, by a link from elsewhere."""
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "shared.yaml").write_text(
        "# what all share\nlr: 0.1\ndouble: !ref <lr> * 2\nmargin:\n    a: 1\n    b: 2\n__done: 1"
    )
    (conf / "own.yaml").write_text(
        "margin: 3\n<<: !include:shared.yaml # the rest\nsum: !ref <double> + <margin>\n"
    )
    (tmp_path / "linked.yaml").symlink_to("conf/own.yaml")
    return tmp_path / "linked.yaml"


def test_an_included_file_stands_in_the_place_of_its_line(including):
    yaml = Hyperparameters.read(including)
    assert yaml.keys == ["margin", "lr", "double", "sum"]
    assert yaml.build({"lr": 1}, {}) == {"margin": 3, "lr": 1, "double": 2, "sum": 5}
    with pytest.raises(InputError, match="no key duoble; the nearest is double"):
        yaml.build({"duoble": 1}, {})


def test_another_included_file_makes_other_settings(including, tmp_path):
    def remember():
        text = Hyperparameters.read(including).text
        remember_settings(tmp_path / "exp", {"teacher": text})

    (tmp_path / "exp").mkdir()
    remember()
    remember()
    kept = recall_settings(tmp_path / "exp", "stage 3")["teacher"]
    shared = tmp_path / "conf" / "shared.yaml"
    shared.write_text(shared.read_text().replace("0.1", "0.2"))
    with pytest.raises(InputError, match="made with other teacher"):
        remember()
    # What is remembered needs no file any more.
    shared.unlink()
    assert Hyperparameters(kept, "settings.json").build({}, {})["double"] == 0.2
    with pytest.raises(InputError, match=r"shared\.yaml, which .*linked\.yaml includes"):
        Hyperparameters.read(including)


def test_a_yaml_that_includes_itself(tmp_path):
    (tmp_path / "own.yaml").write_text("<<: !include:own.yaml\n")
    with pytest.raises(InputError, match="includes itself"):
        Hyperparameters.read(tmp_path / "own.yaml")


def test_a_folder_never_mixes_two_settings(tmp_path):
    settings = {"overrides": {"lr": 0.1, "number_of_epochs": 2}, "seed": 1}
    remember_settings(tmp_path, settings, may_change="number_of_epochs")
    longer = {"overrides": {"lr": 0.1, "number_of_epochs": 4}, "seed": 1}
    remember_settings(tmp_path, longer, may_change="number_of_epochs")
    assert recall_settings(tmp_path, "stage 5") == longer
    for other in ({**settings, "seed": 2}, {**settings, "overrides": {"lr": 0.2}}):
        with pytest.raises(InputError, match="made with other"):
            remember_settings(tmp_path, other, may_change="number_of_epochs")


def test_nothing_to_recall(tmp_path):
    with pytest.raises(InputError, match="stage 5 makes it"):
        recall_settings(tmp_path, "stage 5")


@pytest.mark.parametrize("folder", ["exp <lr>", "<save_folder>", "a\udcffb"])
def test_a_folder_whose_name_yaml_would_change_is_refused(folder):
    """Else checkpoints would go elsewhere."""
    yaml = Hyperparameters("lr: 0.1\noutput_folder: x\nsave_folder: !ref <output_folder>/s\n", "s")
    known = {"output_folder": "a: [b] 'c' #2 ~ & <\\ $HOME"}
    assert yaml.build({}, known)["save_folder"] == known["output_folder"] + "/s"
    with pytest.raises(InputError, match=r"s: output_folder .*: rename it"):
        yaml.build({}, {"output_folder": folder})
