"""An exported ONNX model as an encoder of waveforms, run by onnxruntime."""

from pathlib import Path
from typing import Any

import torch

from speechdistill.base.errors import InputError
from speechdistill.export.onnx_model import EXTRA


class OnnxEncoder(torch.nn.Module):
    """An ONNX model from waveforms, or from features with what computes them, on the CPU.

    Arguments
    ---------
    path: the model, of one input and one output.
    compute_features: of a model from features: waveforms to what it takes.

    Raises
    ------
    InputError: onnxruntime is not installed, or the file is no model.

    Example
    -------
    >>> OnnxEncoder(Path("/nonexistent.onnx"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: cannot load /nonexistent.onnx (...
    """

    def __init__(self, path: Path, compute_features: torch.nn.Module | None = None) -> None:
        super().__init__()
        self.session = open_session(path)
        self.compute_features = compute_features
        self.input_name = self.session.get_inputs()[0].name

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        """Encode waveforms of one length, ``(batch, samples)``, to ``(batch, dimension)``."""
        inputs = signals if self.compute_features is None else self.compute_features(signals)
        (found,) = self.session.run(None, {self.input_name: inputs.cpu().numpy()})
        return torch.from_numpy(found)


def open_session(path: Path) -> Any:
    """Open an ONNX file with onnxruntime, on as many threads as PyTorch has.

    Raises
    ------
    InputError: see above.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise InputError(f"running an ONNX model needs onnxruntime: {EXTRA}") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3  # errors
    try:
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class
        raise InputError(f"cannot load {path} ({' '.join(str(error).split())[:200]})") from error
