"""A trained student as an ONNX model, from waveforms or from features."""

import warnings
from collections.abc import Mapping
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

import torch

from speechdistill.base.errors import InputError
from speechdistill.export.exported_model import ExportedModel
from speechdistill.export.traceable import traceable
from speechdistill.storage.files import written_whole
from speechdistill.students.kaldi_fbank import KaldiFbank

OPSET = 17
EXTRA = "pip install 'speechdistill[onnx]'"
SHERPA = {"n_mels": 80, "sample_rate": 16000}  # what sherpa-onnx computes
FEATURES = "compute_features"  # what computes them is so named in the graph


class Takes(Enum):
    """What an ONNX model takes, as its input is called."""

    WAVEFORMS = "waveforms"
    FEATURES = "features"


class Chain(torch.nn.Module):
    """Some parts of an encoder after one another, to embeddings ``(batch, dimension)``."""

    def __init__(self, parts: Mapping[str, torch.nn.Module]) -> None:
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        for part in self.children():
            inputs = part(inputs)
        return inputs.flatten(1)


def missing_packages() -> list[str]:
    """Return what is not installed: ``onnx`` writes the files, ``onnxruntime`` runs them."""
    return [name for name in ("onnx", "onnxruntime") if find_spec(name) is None]


def export_onnx(model: ExportedModel, output: Path, takes: Takes) -> None:
    """Write one ONNX file for inputs of any length and number.

    Its input is ``waveforms`` ``(batch, samples)`` in [-1, 1], or ``features`` ``(batch, frames,
    mels)``, before they are normalised; its output ``embeddings`` ``(batch, dimension)``. All of a
    batch are of one length. Metadata say ``sample_rate``, ``output_dim`` and more
    (:func:`sherpa_metadata`).

    Arguments
    ---------
    model: the student.
    output: the file.
    takes: where it begins.

    Raises
    ------
    InputError: ``onnx`` is not installed, or PyTorch cannot export the encoder.
    """
    encoder = model.encoder
    waveforms = torch.zeros(2, model.sample_rate)
    with torch.inference_mode():
        features = encoder.compute_features(waveforms)
    parts = {
        FEATURES: encoder.compute_features,
        "mean_var_norm": encoder.mean_var_norm,
        "embedding_model": encoder.embedding_model,
    }
    axes = {0: "batch", 1: "samples"}
    example = waveforms
    if takes is Takes.FEATURES:
        del parts[FEATURES]
        axes, example = {0: "batch", 1: "frames"}, features
    chain = Chain({name: traceable(part) for name, part in parts.items()}).eval()
    metadata = {"name": model.name, "takes": takes.value} | sherpa_metadata(model)
    if takes is Takes.WAVEFORMS:
        del metadata["framework"]
    with written_whole(output) as partial:
        _trace(chain, example, partial, takes.value, axes)
        add_metadata(partial, metadata)


def sherpa_metadata(model: ExportedModel) -> dict[str, str]:
    """Return what sherpa-onnx's ``SpeakerEmbeddingExtractor`` reads in a model from features.

    ``framework`` says that these are as WeSpeaker has them: Kaldi's, of waveforms in 16-bit
    integers; it is empty if the student hears others, so that sherpa-onnx refuses the model. Their
    mean is taken away in it.
    """
    heard = model.encoder.compute_features
    fits = isinstance(heard, KaldiFbank) and all(
        getattr(heard, name) == value for name, value in SHERPA.items()
    )
    return {
        "framework": "wespeaker" if fits else "",
        "language": "any",
        "sample_rate": str(model.sample_rate),
        "output_dim": str(model.dimension),
        "normalize_samples": "0",
        "feature_normalize_type": "",
    }


def add_metadata(path: Path, metadata: Mapping[str, str]) -> None:
    """Add keys and values to an ONNX file, in place.

    Raises
    ------
    InputError: ``onnx`` is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise InputError(f"the export to ONNX needs onnx: {EXTRA}") from error
    graph = onnx.load(path)
    onnx.helper.set_model_props(graph, dict(metadata))
    onnx.save(graph, path)


def _trace(
    chain: torch.nn.Module,
    example: torch.Tensor,
    path: Path,
    name: str,
    axes: Mapping[int, str],
) -> None:
    try:
        with warnings.catch_warnings(), torch.inference_mode(False), torch.no_grad():
            # Of lengths that are taken for constants: the example's is; what follows does not
            # depend on it, as the cosines after the export say.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                chain,
                (example.clone(),),
                str(path),
                input_names=[name],
                output_names=["embeddings"],
                dynamic_axes={name: dict(axes), "embeddings": {0: "batch"}},
                opset_version=OPSET,
                # The other exporter needs onnxscript and cannot trace SpeechBrain's convolutions.
                dynamo=False,
            )
    except Exception as error:  # whatever a network's code meets that has no ONNX form
        reason = " ".join(str(error).split())[:300]
        raise InputError(f"the encoder cannot be exported to ONNX: {reason}") from error
