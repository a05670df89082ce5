"""All forms of a trained student, each compared with it before it appears."""

import logging
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.export.export_report import machine, measured, readme
from speechdistill.export.forms import (
    FEATURES,
    INT8,
    SPEECHBRAIN,
    WAVEFORMS,
    in_inference,
    load_forms,
)
from speechdistill.export.int8 import quantise
from speechdistill.export.int8_cost import int8_cost
from speechdistill.export.model_folder import MODEL, save_model_folder
from speechdistill.export.onnx_model import EXTRA, Takes, export_onnx, missing_packages
from speechdistill.export.parity import check_parity, voices_of
from speechdistill.export.speechbrain_folder import save_speechbrain_folder
from speechdistill.reporting.export_record import ExportedForm, ExportRecord
from speechdistill.storage.files import written_whole
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import TEST
from speechdistill.students.extraction import embedded_from, load_student

logger = logging.getLogger(__name__)


def export_student(
    student_exp: Path, data: Path, output: Path, int8: bool = False, trust: bool = True
) -> list[ExportedForm]:
    """Export a student in all forms; what does not embed as the student does is refused.

    Without onnx and onnxruntime there are no ONNX forms, and a warning says so.

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
    InputError: no trained student of speech, one that cannot be exported, no test set, an output
        that may not be replaced, or ``int8`` without the packages for it.
    """
    missing = missing_packages()
    if missing and int8:
        raise InputError(f"int8 needs {' and '.join(missing)}: {EXTRA}")
    if missing:
        logger.warning("no ONNX forms: they need %s: %s", " and ".join(missing), EXTRA)
    check_output(output, [student_exp / "save", data], is_folder=True)
    trained, checkpoints = load_student(student_exp, trust)
    student = in_inference(trained.encoder)
    with written_whole(output) as folder:
        folder.mkdir()
        model = save_model_folder(student_exp, folder / MODEL, trust)
        save_speechbrain_folder(model, folder / SPEECHBRAIN)
        if not missing:
            export_onnx(model, folder / WAVEFORMS, Takes.WAVEFORMS)
            export_onnx(model, folder / FEATURES, Takes.FEATURES)
        if int8:
            quantise(folder / WAVEFORMS, folder / INT8)
        voices = voices_of(data / TEST, model.sample_rate)
        forms = []
        for loaded in load_forms(folder):
            form = measured(folder / loaded.name, loaded, student, voices)
            if form.name != INT8:
                check_parity(form.name, form.cosines)
            least = min(form.cosines.values())
            logger.info("%s, by %s: least cosine %.7f", form.name, form.loader, least)
            forms.append(form)
        costs = int8_cost(student_exp, data, folder / INT8, model.sample_rate) if int8 else {}
        made_from = embedded_from(student_exp, checkpoints)
        record = ExportRecord(model.name, forms, costs, machine(), made_from)
        record.save(folder)
        (folder / "README.md").write_text(readme(record), encoding="utf-8")
    return forms
