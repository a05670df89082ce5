"""A model folder embeds as the trained student does, and loading it runs nothing."""

import pickle
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from speechbrain.processing.features import InputNormalization

from speechdistill.base.errors import InputError
from speechdistill.export.encoder_state import encoder_state, load_encoder_state
from speechdistill.export.model_folder import load_model_folder, save_model_folder
from speechdistill.students.fbank import Fbank
from speechdistill.students.speaker_encoder import SpeakerEncoder
from speechdistill.students.xvector import Xvector
from speechdistill.verification.calibration.operating_point import DevCalibration
from tests.tiny_student import make_student


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "model"
    save_model_folder(trained(), folder)
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def test_it_embeds_as_the_student(trained, folder, embed_by):
    model = load_model_folder(folder)
    waveforms = np.random.default_rng(0).normal(0, 0.1, (2, 24000)).astype(np.float32)
    with torch.inference_mode():
        found = model.encoder(torch.from_numpy(waveforms)).numpy()
    np.testing.assert_array_equal(found, embed_by(trained(), waveforms))
    assert (model.sample_rate, model.dimension) == (16000, 16)
    assert model.name == "student_small-distill_none" and model.epochs == "epoch 1"
    assert not model.encoder.training


def test_it_holds_plain_values_alone(folder):
    text = (folder / "hyperparameters.yaml").read_text()
    assert "n_mels: 20" in text and "!ref" not in text and "classifier" not in text
    assert {path.name for path in folder.iterdir()} - {"calibration.json"} == {
        *("hyperparameters.yaml", "model.safetensors", "README.md", ".speechdistill")
    }


class Touch:
    """Unpickled, it leaves a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize(
    "part",
    [
        "!apply:os.system [touch RAN]",
        "!new:subprocess.Popen [[touch, RAN]]",
        "!new:speechbrain.utils.checkpoints.Checkpointer [RAN]",
        "!new:speechbrain.utils.train_logger.FileTrainLogger [RAN/log]",
        "!new:torch.optim.Adam [[]]",
        "!name:speechbrain.utils.superpowers.run_shell {cmd: touch RAN}",
        "!include:RAN",
        "!!python/object/apply:os.system [touch RAN]",
        "(!!python/object/apply:os.system [touch RAN])",
    ],
)
def test_a_hostile_yaml_runs_nothing(copy, tmp_path, part):
    ran = tmp_path / "ran"
    yaml = copy / "hyperparameters.yaml"
    yaml.write_text(yaml.read_text() + f"extra: {part.replace('RAN', str(ran))}\n")
    with pytest.raises(
        InputError, match=r"hyperparameters\.yaml names .* it is not loaded"
    ) as found:
        load_model_folder(copy)
    assert not ran.exists() and "\n" not in str(found.value)


def test_nothing_is_unpickled(copy, tmp_path):
    (copy / "model.safetensors").write_bytes(pickle.dumps(Touch(tmp_path / "ran")))
    (copy / "calibration.json").write_bytes(pickle.dumps(Touch(tmp_path / "ran")))
    with pytest.raises(InputError, match="holds no whole model"):
        load_model_folder(copy)
    assert not (tmp_path / "ran").exists()


def change_weights(folder, change):
    state = load_file(folder / "model.safetensors")
    change(state)
    save_file(state, folder / "model.safetensors")


BROKEN = {
    "no tensor": lambda folder: change_weights(folder, lambda state: state.popitem()),
    "another shape": lambda folder: change_weights(
        folder, lambda state: state.update({key: state[key][:1] for key in list(state)[-1:]})
    ),
    "a cut file": lambda folder: (folder / "model.safetensors").write_bytes(
        (folder / "model.safetensors").read_bytes()[:-5]
    ),
    "no rate": lambda folder: (folder / "hyperparameters.yaml").write_text("n_mels: 20\n"),
    "no text": lambda folder: (folder / "hyperparameters.yaml").write_bytes(b"\xff\xfe\x00"),
    "no calibration": lambda folder: (folder / "calibration.json").write_text('{"offset": 1}'),
    "an infinite one": lambda folder: (folder / "calibration.json").write_text(
        '{"offset": 1, "score_weight": Infinity}'
    ),
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_folder_is_one_line(copy, kind):
    BROKEN[kind](copy)
    with pytest.raises(InputError) as found:
        load_model_folder(copy)
    assert "\n" not in str(found.value) and str(copy) in str(found.value)


@pytest.fixture
def own_exp(trained, prepared, tmp_path):
    """An experiment of one's own around the student."""
    exp = tmp_path / "exp"
    shutil.copytree(trained(), exp / trained().name)
    (exp / "data").symlink_to(prepared / "data")
    return exp


RESULTS = """\
# Results

## veri_test2.txt

| system                     | EER %              |
|----------------------------|--------------------|
| another                    | 9.99 [9.98, 10.00] |
| student_small-distill_none | 1.23 [0.45, 6.78]  |

## How these numbers were made

```sh
./recipes/voxceleb/run.sh --seed 1
```
"""


def test_its_card_quotes_results_of_the_student_as_it_is(trained, own_exp, tmp_path):
    (own_exp / "RESULTS.md").write_text(RESULTS)
    student, output = own_exp / trained().name, tmp_path / "model"
    save_model_folder(student, output)
    card = (output / "README.md").read_text()
    assert "veri_test2.txt:\n\n| system " in card and "1.23 [0.45, 6.78]" in card
    assert "9.99" not in card and "./recipes/voxceleb/run.sh --seed 1" in card
    assert "- seed: 1\n" in card and "- emb_dim: 16\n" in card and "| train | 4 | 16 |" in card
    shutil.rmtree(student / "embeddings")
    save_model_folder(student, output)
    card = (output / "README.md").read_text()
    assert "1.23" not in card and "None: stages 7 and 8 make them." in card


def test_a_student_of_images_is_refused(trained, own_exp, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "speechdistill.export.model_folder.load_student",
        lambda *arguments: (SimpleNamespace(encoder=torch.nn.Linear(2, 2)), []),
    )
    with pytest.raises(InputError, match="does not perceive speech"):
        save_model_folder(own_exp / trained().name, tmp_path / "model")


def test_parts_of_ones_own_are_refused(trained, own_exp, tmp_path):
    settings = own_exp / trained().name / "settings.json"
    kinds = ("speechdistill.students.xvector.Xvector", "tests.export.own_network.Xvector")
    settings.write_text(settings.read_text().replace(*kinds))
    with pytest.raises(InputError, match=r"names !new:tests\.export\.own_network\.Xvector"):
        save_model_folder(own_exp / trained().name, tmp_path / "model")


def test_its_calibration_is_the_students(copy, tmp_path):
    student = make_student(tmp_path / "student")
    save_model_folder(student, copy)
    found = load_model_folder(copy).calibration
    assert found == DevCalibration.load(student / "calibration.json")
    assert str(found) in (copy / "README.md").read_text()


def test_a_folder_of_somebody_elses_is_not_replaced(trained, tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match=r"notes\.txt"):
        save_model_folder(trained(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("norm_type", ["global", "sentence"])
def test_the_state_of_an_encoder_goes_and_comes(norm_type):
    """SpeechBrain keeps a global norm's statistics beside a module's parameters."""

    def encoder():
        norm = InputNormalization(norm_type=norm_type)
        return SpeakerEncoder(Fbank(n_mels=20), norm, Xvector(in_channels=20, lin_neurons=4))

    first, second = encoder(), encoder()
    first(torch.randn(3, 8000))
    load_encoder_state(second, encoder_state(first))
    waveforms = torch.randn(2, 8000)
    assert torch.equal(first.eval()(waveforms), second.eval()(waveforms))
    if norm_type == "global":
        with pytest.raises(RuntimeError, match="statistics of mean_var_norm"):
            load_encoder_state(second, second.state_dict())
