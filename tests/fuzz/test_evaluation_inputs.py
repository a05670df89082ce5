"""Every input ends in a right result or in one line of InputError; no file is ever lost.

The fast tests draw few inputs, always the same; the slow ones MANY, of all kinds together.
"""

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.embeddings import load_embeddings
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.scoring.score_list import score_list
from speechdistill.verification.trials.enrolment import average_enrolment, read_enrolment
from speechdistill.verification.trials.speakers import speakers_of
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts
from tests.fuzz import MANY, inputs
from tests.fuzz.inputs import DAMAGE, SUFFIXES, lines_of, spoilt, stem, unique_names, write_vectors

FEW = settings(max_examples=40, derandomize=True, database=None)


def attempt(read: Callable, folder: Path):
    """Return what is read, or None after an InputError; look that nothing in the folder changed."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except InputError as error:
        assert "\n" not in str(error) and str(error)
        return None
    finally:
        assert all(path.read_bytes() == content for path, content in before.items())


def check_trials(folder: Path, data) -> None:
    text, expected = data.draw(inputs.trials())
    damage = data.draw(DAMAGE)
    path = folder / "list"
    path.write_bytes(spoilt(text, damage))
    found = attempt(lambda: TrialList.load(path), folder)
    if damage:
        return
    if found is None:  # ids that look like labels leave two readings
        assert all({enrol, test} & {"0", "1"} for enrol, test, _ in expected[:1]) or (
            len({label for *_, label in expected}) == 1
        )
        return
    ids = [stem(name) for name in found.names]
    pairs = zip(found.enrol, found.test, found.labels, strict=True)
    read = [(ids[enrol], ids[test], int(label)) for enrol, test, label in pairs]
    assert read == expected


def check_scores(folder: Path, data) -> None:
    names = data.draw(unique_names())
    pairs = [(enrol, test) for enrol in range(len(names)) for test in range(len(names))]
    trials = TrialList(
        [name + data.draw(SUFFIXES) for name in names],
        *np.array(pairs).T,
        np.arange(len(pairs)) % 2,
    )
    values = data.draw(st.lists(st.floats(-9, 9), min_size=len(pairs), max_size=len(pairs)))
    rows = [
        [names[enrol] + data.draw(SUFFIXES), names[test], repr(value)]
        for (enrol, test), value in zip(pairs, values, strict=True)
    ]
    rows += data.draw(st.lists(st.sampled_from(rows), max_size=2))
    damage = data.draw(DAMAGE)
    path = folder / "scores"
    path.write_bytes(spoilt(data.draw(lines_of(data.draw(st.permutations(rows)))), damage))
    found = attempt(lambda: read_scores(trials, path), folder)
    if not damage:
        np.testing.assert_array_equal(found, values)


def check_enrolment(folder: Path, data) -> None:
    names = data.draw(unique_names())
    models = {
        f"m{number}": data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        for number in range(data.draw(st.integers(1, 3)))
    }
    rows = [[model, *(name + data.draw(SUFFIXES) for name in own)] for model, own in models.items()]
    damage = data.draw(DAMAGE)
    path = folder / "enrolment"
    path.write_bytes(spoilt(data.draw(lines_of(rows)), damage))
    found = attempt(lambda: read_enrolment(path), folder)
    if found is not None:
        vectors = KeyedVectors(names, np.ones((len(names), 2)))
        enrolled = attempt(lambda: average_enrolment(found, vectors), folder)
    if not damage:
        assert {model: [stem(name) for name in own] for model, own in found.items()} == {
            model: list(dict.fromkeys(own)) for model, own in models.items()
        }
        assert enrolled.utterances.tolist() == [len(set(own)) for own in models.values()]


def check_tables(folder: Path, data) -> None:
    names = data.draw(unique_names())
    speakers = [data.draw(st.sampled_from(["s", "t\u2028", "\u00a0"])) for _ in names]
    text = data.draw(lines_of([list(row) for row in zip(names, speakers, strict=True)]))
    damage = data.draw(DAMAGE)
    path = folder / "utt2spk"
    path.write_bytes(spoilt(text, damage))
    found = attempt(lambda: speakers_of(names, path), folder)
    facts = attempt(lambda: UtteranceFacts.load([], {"speaker": path}), folder)
    attempt(lambda: UtteranceFacts.load([path], {}), folder)
    if not damage:
        assert found == speakers
        assert facts.columns["speaker"] == dict(zip(names, speakers, strict=True))


def check_vectors(folder: Path, data) -> None:
    names = data.draw(unique_names())
    width = data.draw(st.integers(1, 3))
    numbers = st.lists(inputs.NUMBERS, min_size=width, max_size=width)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = np.array([data.draw(numbers) for _ in names]).astype(data.draw(inputs.KINDS))
    form = data.draw(st.sampled_from(["npy", "npz", "ark", "scp"]))
    path, content = write_vectors(folder, form, names, rows)
    damage = data.draw(DAMAGE)
    path.write_bytes(spoilt(content, damage))
    found = attempt(lambda: load_embeddings(path), folder)
    if not damage and rows.dtype.kind in "fiu":
        assert list(found.ids) == names
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(found.vectors.astype("f4"), rows.astype("f4"), rtol=1e-6)
    if found is None:
        return
    assert found.vectors.dtype.kind in "fiu"
    trials = folder / "trials"
    trials.write_text("".join(f"{name} {names[0]}\n" for name in names), encoding="utf-8")
    output = folder / "out" / "scores"
    attempt(lambda: score_list(trials, found, found, output, skipped_limit=0.9), folder)
    if output.exists():
        scores = [float(line.split(" ")[-1]) for line in output.read_text("utf-8").split("\n")[:-1]]
        assert scores and np.all(np.abs(scores) <= 1.001)


CHECKS = [check_trials, check_scores, check_enrolment, check_tables, check_vectors]


def run(check: Callable, data) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder), data)


@pytest.mark.parametrize("check", CHECKS)
@FEW
@given(data=st.data())
def test_inputs(check, data):
    run(check, data)


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
@settings(
    max_examples=max(1, MANY // len(CHECKS)),
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_many_inputs(check, data):
    run(check, data)
