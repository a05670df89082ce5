"""Short utterances of a session are joined, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechdistill.corpora.integrity import inspect_audio
from speechdistill.corpora.joined_utterances import join_short
from speechdistill.corpora.manifests import load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.utterances import Utterance
from tests.corpora.media import RATE, write_audio
from tests.tiny_cn_celeb import make_cn_celeb


def usable(folder: Path, *utterances: tuple[str, str, float]):
    """Name, session and seconds of each."""
    found = []
    for seed, (name, session, seconds) in enumerate(utterances):
        path = write_audio(folder / f"{name}.wav", seconds, seed)
        found.append((Utterance(f"a/{name}", path, "a", session), inspect_audio(path), path))
    return found


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        ((2.0, 3.0), ["1", "2"]),  # long enough
        ((0.5, 0.6, 0.7), ["1-joined3"]),
        ((0.5, 2.0), ["1-joined2"]),
        ((2.0, 0.5), ["1-joined2"]),  # the rest goes to the last
        ((0.9, 0.9, 0.9, 0.9, 0.1), ["1-joined2", "3-joined3"]),
        ((0.4, 0.4), ["1-joined2"]),  # the session is no longer
        ((0.4,), ["1"]),
    ],
)
def test_neighbours_are_joined_until_they_last(tmp_path, durations, expected):
    members = usable(tmp_path, *((str(n), "s", each) for n, each in enumerate(durations, start=1)))
    joined, skipped = join_short(members, 1.5, tmp_path / "out")
    assert [utterance.id for utterance, _, _ in joined] == [f"a/{name}" for name in expected]
    total = sum(header.frames for _, header, _ in joined)
    assert total == sum(header.frames for _, header, _ in members) and not skipped


def test_a_joined_one_has_all_samples_of_its_parts_and_nothing_else_changes(tmp_path):
    members = usable(tmp_path, ("1", "s", 0.5), ("2", "t", 0.5), ("3", "s", 0.6), ("4", "t", 9.0))
    members[2] = (replace(members[2][0], recording="r", start=0.1, end=0.4), *members[2][1:])
    joined, _ = join_short(members, 0.7, tmp_path / "out")
    (song, header, path), (talk, *_) = joined
    assert (song.id, song.session, talk.id, talk.session) == (
        "a/1-joined2",
        "s",
        "a/2-joined2",
        "t",
    )
    first, _ = soundfile.read(members[0][2], dtype="int16")
    second, _ = soundfile.read(members[2][2], dtype="int16")
    samples, _ = soundfile.read(path, dtype="int16")
    assert np.array_equal(samples, np.concatenate([first, second[round(0.1 * RATE) :][:4800]]))
    assert inspect_audio(path) == header
    assert (song.recording, song.start, song.end) == (None, 0.0, None)


def test_what_is_made_already_is_kept_until_a_source_changes(tmp_path):
    members = usable(tmp_path, ("1", "s", 0.5), ("2", "s", 0.5))
    (((_, _, path),), _) = join_short(members, 5, tmp_path / "out")
    before = path.stat().st_ino
    join_short(members, 5, tmp_path / "out")
    assert path.stat().st_ino == before
    join_short(usable(tmp_path, ("1", "s", 0.5), ("2", "s", 0.5)), 5, tmp_path / "out")
    assert path.stat().st_ino != before


def test_a_source_that_ends_early_is_said(tmp_path):
    members = usable(tmp_path, ("1", "s", 0.5), ("2", "s", 0.5))
    members[1] = (members[1][0], replace(members[1][1], frames=9000), members[1][2])
    joined, ((path, reason),) = join_short(members, 5, tmp_path / "out")
    assert not joined and path.endswith("1.wav") and reason.endswith("2.wav is cut short")


def test_stage_1_joins_what_trains_and_not_what_is_tested(tmp_path):
    corpus = make_cn_celeb(tmp_path / "corpus")
    settings = PreparationSettings(
        [corpus], tmp_path / "data", tmp_path / "decoded", dev_speakers=2, join_below=2.5
    )
    prepare_corpus(settings)
    train, test = load_cuts(tmp_path / "data/train"), load_cuts(tmp_path / "data/test")
    assert all(cut.duration >= 2.5 for cut in train)
    assert {cut.id.partition("-joined")[2] for cut in train} == {"2"}
    assert all(cut.num_samples == cut.load_audio().shape[1] for cut in train)
    assert not any("joined" in cut.id for cut in test) and len(test) == 4 * (2 + 1 + 2)
    # A single short one of a session has none to join.
    alone = corpus / "CN-Celeb_flac/data/id00000/vlog-01-001.flac"
    write_audio(alone, 0.4)
    prepare_corpus(replace(settings, skipped_limit=0.1, dev_speakers=2, seed=1))
    assert "its session has no other to join" in (tmp_path / "data/skipped.tsv").read_text()
