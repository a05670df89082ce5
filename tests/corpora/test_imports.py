"""Stage 1 starts many processes: what takes seconds and memory to import is not imported there."""

import subprocess
import sys


def test_stage_1_imports_neither_lhotse_nor_pytorch():
    code = (
        "import sys; import speechdistill.corpora.prepare; "
        "from speechdistill.corpora.registry import corpus_kinds; corpus_kinds(); "
        "print([name for name in ('lhotse', 'torch', 'speechbrain') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
