"""Voices through Resemblyzer's network: whose vector is whose, with and without the package."""

import numpy as np
import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.base.packages import folder_of_package
from speechdistill.corpora.manifests import cut_writer, load_cuts
from speechdistill.quality.table import QualityTable
from speechdistill.teachers.imported.resemblyzer_voices import ResemblyzerVoices
from speechdistill.teachers.imported.voice_encoder import VoiceEncoder


def test_every_utterance_has_the_vector_of_its_signal(data, tmp_path):
    torch.manual_seed(1)
    encoder = VoiceEncoder().eval()
    torch.save({"model_state": encoder.state_dict()}, tmp_path / "voices.pt")
    source = ResemblyzerVoices(str(tmp_path / "voices.pt"))
    encoded = source.encode({name: data / name for name in ("dev", "test")})
    cuts = load_cuts(data / "dev")
    quality = QualityTable.load(data / "dev" / "quality" / "speech.tsv").scores
    assert [item.id for item in encoded["dev"].items] == [cut.id for cut in cuts]
    assert encoded["dev"].quality.tolist() == [quality[cut.id] for cut in cuts]
    for cut, vector in zip(cuts, encoded["dev"].vectors, strict=True):
        with torch.inference_mode():
            (alone,) = encoder.embed([torch.from_numpy(cut.load_audio()[0])])
        np.testing.assert_allclose(vector, alone.numpy(), atol=1e-4)  # a GPU's sums
    assert encoded["test"].vectors.shape == (12, 256) and not encoded["test"].skipped
    assert source.files == [tmp_path / "voices.pt"]


def test_a_set_without_utterances(tmp_path):
    torch.save({"model_state": VoiceEncoder().state_dict()}, tmp_path / "voices.pt")
    with cut_writer(tmp_path / "train"):
        pass
    QualityTable([], {"quality": np.empty(0)}).save(tmp_path / "train" / "quality" / "speech.tsv")
    source = ResemblyzerVoices(str(tmp_path / "voices.pt"))
    encoded = source.encode({"train": tmp_path / "train"})["train"]
    assert len(encoded.items) == 0 and encoded.vectors.shape == (0, 256)


def test_a_file_that_is_missing(data, tmp_path):
    with pytest.raises(InputError, match=r"no file .*lost\.pt: .*--teacher\.model"):
        ResemblyzerVoices(str(tmp_path / "lost.pt")).encode({"dev": data / "dev"})


def test_the_package_itself(data):
    if folder_of_package("resemblyzer") is None:
        pytest.skip("Resemblyzer is not installed: ./tools/setup.sh voices")
    source = ResemblyzerVoices()
    assert [path.name for path in source.files] == ["pretrained.pt"]
    encoded = source.encode({"test": data / "test"})["test"]
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1, atol=1e-5)
    people = np.array([item.person for item in encoded.items])
    cosines = encoded.vectors @ encoded.vectors.T
    same = people[:, None] == people
    # Tones of one pitch and of another: it has heard no such voices, and tells them apart.
    assert cosines[same].mean() > cosines[~same].mean() + 0.05
