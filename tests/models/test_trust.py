"""What a model made by somebody else may name, and what it may not however it is written."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.trust import check_trusted
from tests.conftest import CONF
from tests.teachers.conftest import PRETRAINED

STUDENTS = [*CONF.glob("student_*.yaml"), *CONF.parents[1].glob("imagetext/conf/student_*.yaml")]


TEACHERS = [
    *(CONF / f"teacher_{name}.yaml" for name in ("face", "text", "vectors")),
    CONF.parents[1] / "imagetext/conf/teacher_text.yaml",
]


def check(text, overrides=None):
    check_trusted(text, overrides or {}, "model/settings.json", "--trust true")


@pytest.mark.parametrize("path", STUDENTS + TEACHERS, ids=lambda path: path.stem)
def test_models_of_the_recipes_may_be_loaded(path):
    check(Hyperparameters.read(path).text, {"noise_folder": "/data/musan #2", "lr": 0.1})


@pytest.mark.parametrize("is_first", [True, False])
def test_a_pretrained_speechbrain_model_may_be_loaded(is_first):
    if not is_first:
        Hyperparameters("a: (1, 2)\n", "a.yaml").build({}, {})
    check(PRETRAINED)
    check("x: !name:torch.nn.LeakyReLU\ny: !apply:torch.manual_seed [1]\nz: !ref <x>\nv: (1, 2)\n")


@pytest.mark.parametrize(
    "text",
    [
        "x: !apply:os.system [touch ran]",
        "x: !new:subprocess.Popen [touch ran]",
        "x: !name:os.system",
        "x: !module:os",
        "x: !applyref:os.system [touch ran]",
        "x: !include:other.yaml",
        "x: !!python/object/apply:os.system [touch ran]",
        "x: !!python/name:os.system ''",
        "x: !<tag:yaml.org,2002:python/object/apply:os.system> [touch ran]",
        "x: !<!apply:os.system> [touch ran]",
        "%TAG !e! tag:yaml.org,2002:python/object/\n---\nx: !e!apply:os.system [touch ran]",
        "%TAG ! !apply:\n---\nx: !os.system [touch ran]",
        "x: (!!python/object/apply:os.system [touch ran])",
        'x: "(\\x21!python/object/apply:os.system [touch ran])"',
        "x: '(!!python/object/apply:os.system [touch'\ny: !ref <x> ran])",
        "? (!!python/object/apply:os.system [touch ran])\n: 1",
        "? !apply:os.system [touch ran]\n: 1",
        "x: [{a: [!apply:os.system [touch ran]]}]",
        "a: &a !apply:os.system [touch ran]\nb: *a",
        "x: !apply:speechbrain.core.os.system [touch ran]",
        "x: !new:speechbrain.core.torch.os.system [touch ran]",
        "x: !name:torch.nn.modules.module.torch.os.system",
        "x: !name:speechbrain.utils.superpowers.run_shell {cmd: touch ran}",
        "x: !apply:speechbrain.utils.superpowers.run_shell [touch ran]",
        "x: !name:speechbrain.augment.preparation.prepare_dataset_from_URL",
        "x: !apply:torch.load [evil.pt]",
        "x: !apply:torch.hub.load [a, b]",
        "x: !new:speechdistill.students.no.such",
        "x: !apply:getattr [a, b]",
        "x: !new:torch.nn.Linear [1, 1]\ny: !ref <x.register_forward_hook>",
        "x: !unknown 3",
        "x: !new:speechdistill.teachers.imported.speech_model.SpeechModel [a, true]",
        "x: !apply:eval ['1']",
    ],
)
def test_what_could_run_code_is_refused(text):
    with pytest.raises(InputError, match=r"settings\.json names .* give --trust true") as raised:
        check(text)
    assert "\n" not in str(raised.value)


def test_overrides_hide_nothing():
    text = "x: 1\ny: !ref <x>\n"
    with pytest.raises(InputError, match="names a tag in its overrides"):
        check(text, {"x": ["(!!python/object/apply:os.system [touch ran])"]})


@pytest.mark.parametrize("text", ["x: [", "a: " + "[" * 20_000])
def test_what_is_no_yaml(text):
    with pytest.raises(InputError, match=r"settings\.json cannot be built: it is no YAML"):
        check(text)
