"""YAMLs without a key that training needs."""

import re

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.needed_keys import (
    TRAINING,
    UTTERANCES,
    require_objective,
    require_student,
    require_teacher,
)
from tests.conftest import CONF

RECIPES = CONF.parents[1]
RECIPE_OF_SPEECHBRAIN = RECIPES.parent / "tests" / "training" / "speechbrain_recipe.yaml"


@pytest.mark.parametrize(
    ("require", "pattern"),
    [
        (require_student, "student_*"),
        (require_teacher, "teacher_*"),
        (require_objective, "distill_*"),
    ],
)
def test_the_recipes_own_have_all(require, pattern):
    for path in RECIPES.glob(f"*/conf/{pattern}.yaml"):
        require(Hyperparameters.read(path))
    require_student(Hyperparameters.read(RECIPE_OF_SPEECHBRAIN))


def without(path, key):
    text = Hyperparameters.read(path).text
    return Hyperparameters(re.sub(rf"^{key}:.*\n([ \t].*\n)*", "", text, flags=re.M), "own.yaml")


@pytest.mark.parametrize("key", [*TRAINING, *UTTERANCES])
def test_a_student_without_a_key(key):
    with pytest.raises(InputError, match=rf"own\.yaml has no key {key}: .* copy it from recipes/"):
        require_student(without(CONF / "student_small.yaml", key))


@pytest.mark.parametrize("key", ["inputs", *TRAINING])
def test_a_teacher_without_a_key(key):
    yaml = without(CONF / "teacher_face.yaml", key)
    if key == "classifier":
        require_teacher(yaml)  # a frozen one
        return
    with pytest.raises(InputError, match=rf"own\.yaml has no key {key}: .* copy it from recipes/"):
        require_teacher(yaml)


def test_a_key_that_an_override_makes_null():
    yaml = Hyperparameters.read(CONF / "student_small.yaml")
    with pytest.raises(InputError, match=r"opt_class is null, but a student needs it"):
        require_student(yaml, {"opt_class": None})
    require_student(yaml, {"wav_augment": None})


def test_a_distillation_without_objective():
    with pytest.raises(InputError, match=r"own\.yaml has no key objective: a distillation needs"):
        require_objective(Hyperparameters("lr: 1\n", "own.yaml"))
