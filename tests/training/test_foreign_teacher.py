"""Targets of a teacher's folder that somebody else made: nothing of it is run."""

import json

import pytest

from speechdistill.base.errors import InputError
from speechdistill.training.teacher_targets import write_targets

SETTINGS = {"teacher": "x: 1\n", "overrides": {}, "seed": 1, "labels": ["a", "b"], "dimension": 4}


def write(folder, **changes):
    settings = {name: it for name, it in (SETTINGS | changes).items() if it is not None}
    (folder / "settings.json").write_text(json.dumps(settings))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"teacher": "x: !apply:os.mkdir [{}/ran]"}, r"names !apply:os\.mkdir, .*--trust true"),
        ({"overrides": {"x": "(!!python/name:os.mkdir '')"}}, "names a tag in its overrides"),
        ({"labels": None}, "has no labels: it is of another kind of model"),
        ({"dimension": "4"}, "is broken: dimension is '4'"),
        ({"teacher": ["x"]}, "is broken: teacher is"),
    ],
)
def test_a_folder_that_is_not_trusted(tmp_path, changes, said):
    changes = json.loads(json.dumps(changes).replace("{}/ran", f"{tmp_path}/ran"))
    write(tmp_path, **changes)
    with pytest.raises(InputError, match=rf"settings\.json {said}"):
        write_targets(tmp_path, tmp_path, trust=False)
    assert not (tmp_path / "ran").exists()
