"""A student in sherpa-onnx: waveforms to embeddings by its ``SpeakerEmbeddingExtractor``."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from speechdistill.export.onnx_encoder import open_session


def is_installed() -> bool:
    """Whether sherpa-onnx is there to be asked."""
    return find_spec("sherpa_onnx") is not None


def hears_its_features(path: Path) -> bool:
    """Whether an ONNX model says of itself that sherpa-onnx can compute what it takes."""
    said = open_session(path).get_modelmeta().custom_metadata_map
    return bool(said.get("framework"))


class SherpaEncoder:
    """An ONNX model from features, with the metadata that sherpa-onnx wants.

    Arguments
    ---------
    path: the model.
    sample_rate: in Hz.
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        import sherpa_onnx

        config = sherpa_onnx.SpeakerEmbeddingExtractorConfig(model=str(path), num_threads=1)
        self.extractor = sherpa_onnx.SpeakerEmbeddingExtractor(config)
        self.sample_rate = sample_rate

    def __call__(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Encode ``(batch, samples)``, one after another, to ``(batch, dimension)``."""
        return torch.stack([self._embedding(waveform.numpy()) for waveform in waveforms])

    def _embedding(self, waveform: np.ndarray) -> torch.Tensor:
        stream = self.extractor.create_stream()
        stream.accept_waveform(self.sample_rate, waveform)
        stream.input_finished()
        return torch.tensor(self.extractor.compute(stream))
