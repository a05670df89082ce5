"""A trained student as a folder that SpeechBrain's own inference classes load from disk."""

from pathlib import Path

import torch
from speechbrain.processing.features import InputNormalization

from speechdistill.export.exported_model import ExportedModel
from speechdistill.storage.files import written_whole
from speechdistill.storage.output_places import check_output

# Ours give what SpeechBrain's give: Fbank bit by bit, Xvector but for the noise, of at most 1e-4,
# that SpeechBrain adds to pooled means.
THEIRS = {
    "speechdistill.students.fbank.Fbank": "speechbrain.lobes.features.Fbank",
    "speechdistill.students.xvector.Xvector": "speechbrain.lobes.models.Xvector.Xvector",
}
LOADER = """\

modules:
    compute_features: !ref <compute_features>
    mean_var_norm: !ref <mean_var_norm>
    embedding_model: !ref <embedding_model>

pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
"""
README = """\
# {name}

```python
from speechbrain.inference.speaker import EncoderClassifier, SpeakerRecognition

encoder = EncoderClassifier.from_hparams(source="/path/to/this/folder")
embeddings = encoder.encode_batch(waveforms)  # at {rate} Hz, (batch, samples)
recognition = SpeakerRecognition.from_hparams(source="/path/to/this/folder")
score, same_speaker = recognition.verify_files("a.wav", "b.wav")  # give a threshold of your own
```

It needs {needed}. An embedding has {dimension} numbers. `classify_batch` would need the speakers of
the training set, who are not here. A batch is of waveforms of one length: SpeechBrain's
convolutions hear padding.
"""


def save_speechbrain_folder(model: ExportedModel, output: Path) -> None:
    """Write ``hyperparams.yaml`` with the parameters it loads, and a README.md.

    Where this toolkit's parts give what SpeechBrain's give, the YAML names SpeechBrain's: the
    folder then needs SpeechBrain alone. The README says whether it does.

    Arguments
    ---------
    model: the student.
    output: the folder; one that this program wrote is replaced.

    Raises
    ------
    InputError: the output may not be replaced.
    """
    check_output(output, is_folder=True)
    text = model.hyperparameters.rstrip() + "\n" + LOADER
    for ours, theirs in THEIRS.items():
        text = text.replace(f":{ours}\n", f":{theirs}\n")
    encoder = model.encoder
    with written_whole(output) as folder:
        folder.mkdir()
        for name, part in encoder.named_children():
            if isinstance(part, InputNormalization):
                if part.norm_type != "global":
                    continue
                part._save(folder / f"{name}.ckpt")
            elif part.state_dict():
                torch.save(part.state_dict(), folder / f"{name}.ckpt")
            else:
                continue
            text += f"        {name}: !ref <{name}>\n"
        (folder / "hyperparams.yaml").write_text(text, encoding="utf-8")
        needed = "SpeechBrain and speechdistill" if ":speechdistill." in text else "SpeechBrain"
        readme = README.format(
            name=model.name,
            rate=model.sample_rate,
            dimension=model.dimension,
            needed=needed,
        )
        (folder / "README.md").write_text(readme, encoding="utf-8")
