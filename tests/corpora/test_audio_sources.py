"""Manifests made by somebody else: nothing in them is run or fetched."""

import gzip
import json
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.storage.places import CUTS
from tests.corpora.media import utterance_of


def record(**source):
    path = Path("/a/v/1.wav")
    made = cut_record(utterance_of("a/v/1", path), AudioHeader(16000, 16000), path, "f", None)
    made["recording"]["sources"][0] |= source
    return made


def impulse_response(source):
    """A transform of Lhotse that reads a recording of its own."""
    recording = {"id": "r", "sources": [source], "sampling_rate": 16000, "num_samples": 9}
    kwargs = {"rir": recording | {"duration": 0.1, "channel_ids": [0]}}
    return {"name": "ReverbWithImpulseResponse", "kwargs": kwargs}


def write(folder, *records):
    with gzip.open(folder / CUTS, "wt") as lines:
        lines.writelines(f"{json.dumps(it)}\n" for it in records)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"type": "command", "source": "touch {}"}, "audio of type command: 'touch"),
        ({"type": "url", "source": "http://localhost/{}"}, "audio of type url: 'http"),
        ({"source": "x;touch {}.sph"}, "audio whose name a shell would read"),
        ({"source": "$(touch {}).SPH"}, "audio whose name a shell would read"),
        ({"source": "';touch {};'.opus"}, "audio whose name a shell would read"),
        ({"type": "memory", "source": "UklGRg=="}, "audio of type memory"),
    ],
)
def test_nothing_is_run_or_fetched(tmp_path, source, said):
    source = {key: value.format(tmp_path / "run") for key, value in source.items()}
    write(tmp_path, record(), record(**source))
    for read in (lambda: list(iterate_cuts(tmp_path)), lambda: CutTable.load(tmp_path)):
        with pytest.raises(InputError, match=rf"cuts.jsonl.gz: the cut a/v/1 has {said}"):
            read()
    hidden = record()
    hidden["recording"]["transforms"] = [impulse_response(source | {"channels": [0]})]
    if source.get("type") == "command":
        write(tmp_path, hidden)
        for read in (lambda: list(iterate_cuts(tmp_path)), lambda: CutTable.load(tmp_path)):
            with pytest.raises(InputError, match=said):
                read()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "line",
    [
        {"id": "m", "tracks": [], "type": "MixedCut"},
        {"id": "r", "sources": [], "sampling_rate": 16000},
        [1],
        "text",
        None,
    ],
)
def test_lines_that_are_no_cut_of_one_recording(tmp_path, line):
    write(tmp_path, line)
    for read in (lambda: list(iterate_cuts(tmp_path)), lambda: CutTable.load(tmp_path)):
        with pytest.raises(
            InputError, match=r"cuts.jsonl.gz is broken: a line holds .*, not a MonoCut"
        ):
            read()


def test_files_with_odd_names_and_sphere_files_are_taken(tmp_path):
    names = ["/it's a;b.wav", "/c/a-1_x.sph", "/a b.opus"]
    write(tmp_path, *(record(source=name) for name in names))
    assert [cut.recording.sources[0].source for cut in iterate_cuts(tmp_path)] == names
    assert list(CutTable.load(tmp_path).columns["path"]) == names
