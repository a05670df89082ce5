"""A prepared tiny corpus with descriptions of its people, and a pretrained speech model."""

from pathlib import Path

import pytest
import torch
from hyperpyyaml import load_hyperpyyaml

from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.quality.compute import compute_quality
from speechdistill.storage.places import SETS
from tests.tiny_corpus import make_corpus

PRETRAINED = """
pretrained_path: speechbrain/spkrec-that-is-on-the-hub
sample_rate: 16000
compute_features: !new:speechbrain.lobes.features.Fbank
    n_mels: 20
mean_var_norm: !new:speechbrain.processing.features.InputNormalization
    norm_type: sentence
    std_norm: False
embedding_model: !new:speechbrain.lobes.models.Xvector.Xvector
    in_channels: 20
    tdnn_blocks: 2
    tdnn_channels: [8, 24]
    tdnn_kernel_sizes: [3, 1]
    tdnn_dilations: [1, 1]
    lin_neurons: 6
classifier: !new:speechbrain.lobes.models.ECAPA_TDNN.Classifier
    input_size: 6
    out_neurons: 3
modules:
    compute_features: !ref <compute_features>
    mean_var_norm: !ref <mean_var_norm>
    embedding_model: !ref <embedding_model>
    classifier: !ref <classifier>
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        embedding_model: !ref <embedding_model>
        classifier: !ref <classifier>
    paths:
        embedding_model: !ref <pretrained_path>/embedding_model.ckpt
        classifier: !ref <pretrained_path>/classifier.ckpt
"""


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    """Manifests and quality: four people to train on, two for dev, four to test.

    Two of every three are described alike.
    """
    folder = tmp_path_factory.mktemp("described")
    corpus = make_corpus(folder / "corpus")
    people = sorted(path.name for path in (corpus / "wav").iterdir())
    kinds = ["A man with a deep voice.", "A woman.", "A man with a deep voice."]
    texts = [f"{name}\t{kinds[number % 3]}\n" for number, name in enumerate(people)]
    (corpus / "speaker_text.tsv").write_text("".join(texts))
    prepare_corpus(
        PreparationSettings([corpus], folder / "data", folder / "decoded", dev_speakers=2)
    )
    for name in SETS:
        compute_quality(folder / "data" / name, jobs=1, skipped_limit=0)
    return folder / "data"


@pytest.fixture
def pretrained(tmp_path):
    """A folder as SpeechBrain publishes them, with random parameters."""
    folder = tmp_path / "pretrained"
    folder.mkdir()
    (folder / "hyperparams.yaml").write_text(PRETRAINED)
    torch.manual_seed(5)
    built = load_hyperpyyaml(PRETRAINED)
    for name in ("embedding_model", "classifier"):
        torch.save(built[name].state_dict(), folder / f"{name}.ckpt")
    return folder
