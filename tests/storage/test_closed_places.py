"""What is closed to the user is said to be that: not broken, not missing, not to be made again."""

import os
import shutil
import subprocess
import sys

import pytest

# Root may read and write everything, but for what it gives up.
KEPT_FROM_ROOT = "dac_override,-dac_read_search"
FORGO = ["setpriv", f"--inh-caps=-{KEPT_FROM_ROOT}", f"--bounding-set=-{KEPT_FROM_ROOT}"]

READ = """
from pathlib import Path
from speechdistill.corpora.json_lines import manifest_lines
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.set_sources import set_sources
from speechdistill.models.hyperparameters import recall_settings
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.trained_state import epochs_of
from speechdistill.storage.disk_errors import in_one_line
from speechdistill.storage.made_from import is_made_from
from speechdistill.storage.matrices import load_matrix

for name, read in {
    "settings.json": lambda path: recall_settings(path.parent, "stage 5"),
    "made_from.json": lambda path: is_made_from(path, {}),
    "vectors.npy": load_matrix,
    "cuts.jsonl.gz": lambda path: list(manifest_lines(path)),
    "speech.tsv": QualityTable.load,
    "report.json": lambda path: CorpusReport.load(path.parent),
    "data/report.json": lambda path: set_sources(path.parent / "test"),
    "save/CKPT+1/CKPT.yaml": lambda path: epochs_of(path.parents[2]),
}.items():
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    path.chmod(0)
    try:
        print(read(path))
    except Exception as error:
        print(in_one_line(error))
"""

WRITE = """
from pathlib import Path
from speechdistill.storage.files import written_whole

for name in ("folder", "file"):
    path = Path(name)
    path.mkdir() if name == "folder" else path.touch()
    path.chmod(0o555)
    try:
        with written_whole(path):
            print("hours of work")
    except Exception as error:
        print(error)
"""


def lines_of(code, folder):
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may do everything")
    command = [*(FORGO if os.geteuid() == 0 else []), sys.executable, "-c", code]
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


@pytest.mark.slow
def test_what_may_not_be_read_is_neither_broken_nor_missing(tmp_path):
    lines = lines_of(READ, tmp_path)
    assert len(lines) == 8
    for line in lines:
        assert line.endswith("permission denied: allow it, or give another folder"), lines


def test_what_may_not_be_replaced_is_refused_before_any_work(tmp_path):
    closed = "is closed to writing: allow it, or give another path"
    assert lines_of(WRITE, tmp_path) == [f"folder {closed}", f"file {closed}"]
