"""What two processes do with a frozen speech teacher, for test_frozen_speech.py."""

import sys
from pathlib import Path

from speechdistill.distributed.processes import gather_objects, main_first, process_group, rank
from speechdistill.inputs.frozen import FrozenInputs
from speechdistill.teachers.imported.speech_model import SpeechModel

if __name__ == "__main__":
    output, data, model = map(Path, sys.argv[1:])
    with process_group():
        inputs = FrozenInputs(SpeechModel(str(model)))
        with main_first():
            inputs.prepare(data, output / "teacher", ["dev"])
        items = len(inputs.perceive(data, output / "teacher", "dev"))
        seen = gather_objects(items)
        if rank() == 1:
            (output / "items").write_text(" ".join(map(str, seen)))
