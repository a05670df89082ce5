"""All forms of a trained student, each compared with it before it appears."""

import logging
from collections.abc import Callable
from pathlib import Path

import torch
from speechbrain.inference.speaker import EncoderClassifier

from speechdistill.export.export_report import ExportedForm, measured, write_report
from speechdistill.export.int8 import quantise
from speechdistill.export.int8_cost import int8_cost
from speechdistill.export.model_folder import load_model_folder, save_model_folder
from speechdistill.export.onnx_encoder import OnnxEncoder
from speechdistill.export.onnx_model import Takes, export_onnx, sherpa_metadata
from speechdistill.export.parity import Embed, check_parity, voices_of
from speechdistill.export.sherpa_encoder import SherpaEncoder, is_installed
from speechdistill.export.speechbrain_folder import save_speechbrain_folder
from speechdistill.storage.files import written_whole
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import TEST
from speechdistill.students.extraction import load_student

logger = logging.getLogger(__name__)

MODEL, SPEECHBRAIN = "model", "speechbrain"
WAVEFORMS, FEATURES, INT8 = "waveforms.onnx", "features.onnx", "waveforms.int8.onnx"


def export_student(
    student_exp: Path, data: Path, output: Path, int8: bool = False, trust: bool = True
) -> list[ExportedForm]:
    """Export a student in all forms; what does not embed as the student does is refused.

    ::

        model/                this toolkit's, see save_model_folder
        speechbrain/          EncoderClassifier.from_hparams(source=...)
        waveforms.onnx        onnxruntime
        features.onnx         onnxruntime; sherpa-onnx if the student hears Kaldi's features
        waveforms.int8.onnx   if asked for
        report.json           sizes, cosines, real-time factors; README.md has them as a table

    Arguments
    ---------
    student_exp: a trained student's folder.
    data: folder of the sets: voices of ``test`` are embedded by every form.
    output: the folder; one that this program wrote is replaced, whole.
    int8: also with 8-bit weights, and with what they cost in EER.
    trust: see :func:`speechdistill.students.extraction.load_student`.

    Raises
    ------
    InputError: no trained student of speech, one that cannot be exported, no test set, a missing
        package, or an output that may not be replaced.
    """
    check_output(output, [student_exp / "save", data], is_folder=True)
    student = in_inference(load_student(student_exp, trust)[0].encoder)
    with written_whole(output) as folder:
        folder.mkdir()
        model = save_model_folder(student_exp, folder / MODEL, trust)
        voices = voices_of(data / TEST, model.sample_rate)
        forms: list[ExportedForm] = []

        def add(name: str, loader: str, encode: Embed) -> None:
            form = measured(folder / name, loader, student, encode, voices)
            if name != INT8:
                check_parity(Path(name), form.cosines)
            forms.append(form)
            logger.info("%s, by %s: least cosine %.7f", name, loader, min(form.cosines.values()))

        encoder = load_model_folder(folder / MODEL).encoder
        add(MODEL, "speechdistill", in_inference(encoder))
        save_speechbrain_folder(model, folder / SPEECHBRAIN)
        theirs = EncoderClassifier.from_hparams(
            source=str(folder / SPEECHBRAIN), run_opts={"device": "cpu"}
        )
        add(SPEECHBRAIN, "SpeechBrain", in_inference(lambda x: theirs.encode_batch(x).squeeze(1)))
        export_onnx(model, folder / WAVEFORMS, Takes.WAVEFORMS)
        add(WAVEFORMS, "onnxruntime", in_inference(OnnxEncoder(folder / WAVEFORMS)))
        export_onnx(model, folder / FEATURES, Takes.FEATURES)
        heard = encoder.compute_features
        add(FEATURES, "onnxruntime", in_inference(OnnxEncoder(folder / FEATURES, heard)))
        if not sherpa_metadata(model)["framework"]:
            logger.info("not for sherpa-onnx, which computes Kaldi's features: see student_kaldi")
        elif is_installed():
            add(FEATURES, "sherpa-onnx", SherpaEncoder(folder / FEATURES, model.sample_rate))
        costs = {}
        if int8:
            quantise(folder / WAVEFORMS, folder / INT8)
            add(INT8, "onnxruntime", in_inference(OnnxEncoder(folder / INT8)))
            costs = int8_cost(student_exp, data, folder / INT8, model.sample_rate)
        write_report(folder, model.name, forms, costs)
    return forms


def in_inference(encode: Callable[[torch.Tensor], torch.Tensor] | torch.nn.Module) -> Embed:
    """Let an encoder embed on the CPU, as in use: nothing is kept for training."""
    if isinstance(encode, torch.nn.Module):
        encode = encode.cpu().eval()

    def run(waveforms: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            return encode(waveforms)

    return run
