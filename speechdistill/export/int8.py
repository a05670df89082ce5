"""An exported ONNX model with 8-bit weights, and activations that are quantised as it runs."""

import tempfile
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.export.onnx_model import EXTRA, FEATURES
from speechdistill.storage.files import written_whole


def quantise(path: Path, output: Path) -> None:
    """Write a model with int8 weights (onnxruntime's dynamic quantisation).

    Features, if they are computed in the model, stay in float32: their energies span ten orders of
    magnitude.

    Raises
    ------
    InputError: ``onnx`` or onnxruntime is not installed.
    """
    try:
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.shape_inference import quant_pre_process
    except ImportError as error:
        raise InputError(f"int8 needs onnx and onnxruntime: {EXTRA}") from error
    with written_whole(output) as partial, tempfile.TemporaryDirectory() as folder:
        inferred = Path(folder, "inferred.onnx")
        quant_pre_process(str(path), str(inferred))
        kept = [
            node.name
            for node in onnx.load(inferred).graph.node
            if node.name.startswith(f"/{FEATURES}/")
        ]
        quantize_dynamic(
            str(inferred), str(partial), weight_type=QuantType.QUInt8, nodes_to_exclude=kept
        )
