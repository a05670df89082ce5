"""Values that the well-known keys cannot have, in overrides and in YAMLs."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.distillation.controls import CONTROLS
from speechdistill.identity.margin_schedule import SHAPES
from speechdistill.models.checkpoint_choice import CHOICES
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.key_ranges import RANGES
from speechdistill.models.plain_values import Word
from speechdistill.training.precision import PRECISIONS
from tests.conftest import CONF

WRONG = {
    "batch_size": ["0", "-4", "2.5", "2.0", "1e3", "null", "[4]"],
    "number_of_epochs": ["-1", "0"],
    "lr": ["-1", ".nan", ".inf", "-1e-9", "null", "1e999"],
    "sentence_len": ["0", "-2.0"],
    "n_mels": ["0"],
    "emb_dim": ["0", "-1"],
    "valid_interval": ["0"],
    "num_workers": ["-1"],
    "sample_rate": ["0"],
    "skipped_limit": ["-0.1", "1.1", ".nan"],
    "feature_margin": ["-0.1"],
    "aam_margin": ["-0.2"],
    "aam_margin_start": ["-0.2"],
    "temperature": ["0", "-4"],
    "feature_weight": ["-1"],
    "labelled_speakers": ["-1"],
    "cluster_distance": ["-0.1", "3", "[1]"],
    "prototype_temperature": ["0"],
    "augment_probability": ["1.5", "-0.1"],
    "weight_floor": ["2"],
    "label_smoothing": ["1", "-0.1"],
    "bottleneck": ["0", "1.5"],
    "seed": ["-1", "4294967296"],
    "patience": ["-1"],
    "precision": ["fp8"],
    "control": ["none_", "null"],
}
CASES = [(key, text) for key, texts in WRONG.items() for text in texts]


@pytest.mark.parametrize(("key", "text"), CASES)
def test_a_wrong_value_is_refused_wherever_it_stands(key, text):
    right = {"precision": "auto", "control": "none"}.get(key, 1 if key != "label_smoothing" else 0)
    yaml = Hyperparameters(f"{key}: {right}\n", "own.yaml")
    yaml.values({})
    with pytest.raises(InputError, match=rf"own\.yaml: (--)?{key} ") as raised:
        yaml.values({key: Word(text)})
    assert "\n" not in str(raised.value)
    wrong = Hyperparameters(f"{key}: {text}\n", "own.yaml")
    if text != "[4]" and text != "[1]":  # a list may be what an own YAML builds upon
        with pytest.raises(InputError, match=rf"own\.yaml: {key} is .*, not .*--{key}"):
            wrong.build({}, {})
        wrong.build({key: right}, {})


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("lr", "0"),
        ("batch_size", "1"),
        ("labelled_speakers", "0.5"),
        ("labelled_speakers", "40"),
        ("cluster_distance", "auto"),
        ("cluster_distance", "0.4"),
        ("prototype_temperature", "null"),
        ("prototype_temperature", "auto"),
        ("bottleneck", "null"),
        ("skipped_limit", "1"),
        ("sentence_len", "3"),
        ("quality_slope", "-1"),
    ],
)
def test_a_right_value_is_taken(key, text):
    Hyperparameters(f"{key}: 1\n", "own.yaml").values({key: Word(text)})
    Hyperparameters(f"{key}: {text}\n", "own.yaml").values({})


def test_what_a_yaml_builds_is_left_to_it():
    text = "lr: 0.1\nmargin: !new:collections.Counter\n    a: 1\nweight: [-1]"
    Hyperparameters(text, "own.yaml").values({})


@pytest.mark.parametrize("path", sorted(CONF.parents[1].glob("*/conf/*.yaml")), ids=str)
def test_the_recipes_own_are_right(path):
    Hyperparameters.read(path).values({})


def test_names_are_those_that_the_library_knows():
    assert RANGES["control"].names == tuple(CONTROLS)
    assert set(RANGES["precision"].names) == set(PRECISIONS)
    assert set(RANGES["average_by"].names) == set(CHOICES)
    assert RANGES["aam_margin_rise"].names == SHAPES
