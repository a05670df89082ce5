"""The forms in an export's folder, each loaded by what it was made for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from speechbrain.inference.speaker import EncoderClassifier

from speechdistill.export.model_folder import MODEL, load_model_folder
from speechdistill.export.onnx_encoder import OnnxEncoder
from speechdistill.export.parity import Embed
from speechdistill.export.sherpa_encoder import SherpaEncoder, hears_its_features, is_installed

SPEECHBRAIN = "speechbrain"
WAVEFORMS, FEATURES, INT8 = "waveforms.onnx", "features.onnx", "waveforms.int8.onnx"


@dataclass(frozen=True)
class LoadedForm:
    """A form that is there, and how it embeds.

    Attributes
    ----------
    name: of its file or folder.
    loader: what loaded it.
    embed: waveforms of one length ``(batch, samples)`` to ``(batch, dimension)``, on the CPU.
    """

    name: str
    loader: str
    embed: Embed


def load_forms(folder: Path) -> Iterator[LoadedForm]:
    """Load the forms of a folder, this toolkit's first, then those of ONNX that are there.

    sherpa-onnx loads one of these, too, where it is installed.

    Arguments
    ---------
    folder: as :func:`~.export_student.export_student` wrote it.

    Raises
    ------
    InputError: a folder is missing or a form is broken, or onnxruntime is not installed.
    """
    model = load_model_folder(folder / MODEL)
    yield LoadedForm(MODEL, "speechdistill", in_inference(model.encoder))
    theirs = EncoderClassifier.from_hparams(
        source=str(folder / SPEECHBRAIN), run_opts={"device": "cpu"}
    )
    yield LoadedForm(
        SPEECHBRAIN, "SpeechBrain", in_inference(lambda x: theirs.encode_batch(x).squeeze(1))
    )
    if (folder / WAVEFORMS).exists():
        yield _of_onnx(folder / WAVEFORMS)
    if (folder / FEATURES).exists():
        yield _of_onnx(folder / FEATURES, model.encoder.compute_features)
        if is_installed() and hears_its_features(folder / FEATURES):
            encoder = SherpaEncoder(folder / FEATURES, model.sample_rate)
            yield LoadedForm(FEATURES, "sherpa-onnx", encoder)
    if (folder / INT8).exists():
        yield _of_onnx(folder / INT8)


def in_inference(encode: Callable[[torch.Tensor], torch.Tensor] | torch.nn.Module) -> Embed:
    """Let an encoder embed on the CPU, as in use: nothing is kept for training."""
    if isinstance(encode, torch.nn.Module):
        encode = encode.cpu().eval()

    def run(waveforms: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            return encode(waveforms)

    return run


def _of_onnx(path: Path, compute_features: torch.nn.Module | None = None) -> LoadedForm:
    return LoadedForm(path.name, "onnxruntime", in_inference(OnnxEncoder(path, compute_features)))
