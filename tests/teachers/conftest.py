"""A prepared tiny corpus with descriptions of its people."""

from pathlib import Path

import pytest

from speechdistill.corpora.prepare import SETS, PreparationSettings, prepare_corpus
from speechdistill.quality.compute import compute_quality
from tests.tiny_corpus import make_corpus

CONF = Path(__file__).parents[2] / "recipes" / "voxceleb" / "conf"


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    """Manifests and quality: four people to train on, two for dev, four to test.

    Two of every three are described alike.
    """
    folder = tmp_path_factory.mktemp("described")
    corpus = make_corpus(folder / "corpus")
    people = sorted(path.name for path in (corpus / "wav").iterdir())
    kinds = ["A man with a deep voice.", "A woman.", "A man with a deep voice."]
    texts = [f"{name}\t{kinds[number % 3]}\n" for number, name in enumerate(people)]
    (corpus / "speaker_text.tsv").write_text("".join(texts))
    prepare_corpus(
        PreparationSettings([corpus], folder / "data", folder / "decoded", dev_speakers=2)
    )
    for name in SETS:
        compute_quality(folder / "data" / name, jobs=1, skipped_limit=0)
    return folder / "data"
