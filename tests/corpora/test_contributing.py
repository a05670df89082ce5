"""The kind of corpus that CONTRIBUTING.md shows works as it stands there."""

import re
import types
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from tests.corpora.media import write_audio

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kind():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    module = types.ModuleType("librispeech")
    exec(code, module.__dict__)
    assert 20 < len(code.splitlines()) < 40
    return module


def test_the_example_of_a_corpus_reads_one(kind, tmp_path):
    assert not kind.detect(tmp_path)
    with pytest.raises(InputError, match=r"no SPEAKERS.TXT in .*expected SPEAKERS.TXT and <part>"):
        kind.read([tmp_path])
    (tmp_path / "SPEAKERS.TXT").write_text(";ID  |SEX| SUBSET\n14   | F | test\n19 | M | test\n")
    for name in ("14/208/14-208-0000", "14/212/14-212-0000", "19/198/19-198-0001"):
        write_audio(tmp_path / "test-clean" / f"{name}.flac")
    assert kind.detect(tmp_path)
    corpus = kind.read([tmp_path])
    found = corpus.speakers["14"].utterances()
    assert [(each.id, each.session) for each in found] == [
        ("14-208-0000", "208"),
        ("14-212-0000", "212"),
    ]
    assert [who.speaker.gender for who in corpus.speakers.values()] == ["f", "m"]
    assert corpus.by_speaker(["19-198-0001", "nobody"]) == {"19": {"19-198-0001"}}
