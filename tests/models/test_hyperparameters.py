"""Overrides are checked, settings are remembered."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import (
    Hyperparameters,
    recall_settings,
    remember_settings,
)
from speechdistill.training.train_student import route_overrides


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


def test_missing_yaml():
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        Hyperparameters.read("nowhere.yaml")


def test_overrides_go_to_the_yaml_that_has_the_key():
    student = Hyperparameters("lr: 1\nseed: 2\n", "student.yaml")
    distill = Hyperparameters("margin: 1\nseed: 2\n", "distill.yaml")
    routed = route_overrides({"lr": 3, "margin": 4, "seed": 5}, student, distill)
    assert routed == ({"lr": 3, "seed": 5}, {"margin": 4, "seed": 5})
    with pytest.raises(InputError, match="the nearest is --margin"):
        route_overrides({"margn": 1}, student, distill)


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
