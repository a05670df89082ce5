"""The parts of a page, each against values known beforehand or computed naively."""

import base64
import io

import numpy as np
import pytest
import soundfile
from lhotse import Recording
from lhotse.testing.dummies import dummy_cut
from PIL import Image
from scipy.special import ndtri

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.image_manifest import ImageRecord, save_images
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.json_lines import compressed_lines, member_writer
from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.comparison import Comparison
from speechdistill.reporting.page.data_section import data_section
from speechdistill.reporting.page.embedding_map import MOST, EmbeddingMap, sample_items
from speechdistill.reporting.page.hardest import hardest
from speechdistill.reporting.page.items import Utterances
from speechdistill.reporting.page.map_section import map_section
from speechdistill.reporting.page.media import SECONDS, Media
from speechdistill.reporting.page.plane import BOTTOM, LEFT, RIGHT, TOP, Plane
from speechdistill.reporting.page.training_section import training_section
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.training_log import LoggedEpochs
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.intervals.replicated import Replicated
from speechdistill.verification.trials.trial_list import TrialList
from tests.corpora.media import utterance_of
from tests.reporting.page.conftest import record_of
from tests.reporting.page.parsed import parse


def test_points_lie_where_their_values_say():
    plane = Plane(Axis.linear("x", 10, 20), Axis.linear("y", 0, 4), width=164, height=152)
    assert plane.at(10, 0) == (LEFT, 152 - BOTTOM)
    assert plane.at(20, 4) == (164 - RIGHT, TOP)
    assert plane.at(99, -3) == (164 - RIGHT, 152 - BOTTOM)  # outside: at the edge
    bar = parse(plane.bar((10, 15), 2, "s0", "half")).all("rect")[0].attributes
    assert (float(bar["width"]), float(bar["height"])) == (50.0, 50.0)
    line = parse(plane.line([10, 15, 20], [0, np.nan, 4], "s0")).all("path")[0]
    assert line.attributes["d"] == f"M{LEFT},110M152,10"  # no number, no line


def test_axes_of_rates_are_linear_in_normal_deviates():
    axis = Axis.normal_deviate("miss rate (%)", 0.01, 0.5)
    assert [name for _, name in axis.ticks] == ["1", "2", "5", "10", "20", "40"]
    share = (ndtri(0.1) - ndtri(0.01)) / (ndtri(0.5) - ndtri(0.01))
    assert axis.share(0.1) == pytest.approx(share)
    flat = Axis.linear("share", 3, 3)  # all values are one
    assert flat.low < 3 < flat.high and Axis.from_zero("loss", 0).high > 0


def test_hardest_are_the_worst_of_different_speakers():
    generator = np.random.default_rng(0)
    names = [f"s{number // 5}/v/{number}" for number in range(30)]
    enrol, test = generator.integers(30, size=(2, 500))
    labels = (enrol // 5 == test // 5).astype(int)
    scores = generator.normal(size=500) + labels
    trials = TrialList(names, enrol, test, labels)
    for is_target in (True, False):
        found = hardest(trials, scores, 0.5, is_target, most=4)
        sign = 1 if is_target else -1
        rows = [r for r in range(500) if labels[r] == is_target and (scores[r] < 0.5) == is_target]
        assert (found.n_errors, found.n_trials) == (len(rows), int((labels == is_target).sum()))
        expected, seen = [], set()
        for row in sorted(rows, key=lambda row: sign * scores[row]):
            pair = frozenset({enrol[row] // 5, test[row] // 5})
            if pair not in seen and len(expected) < 4:
                seen.add(pair)
                expected.append(row)
        assert list(found.rows) == expected


@pytest.mark.parametrize("rate", [8000, 10000, 16000, 96000])
def test_a_sound_is_the_first_seconds_once(rate, tmp_path):
    time = np.arange(6 * rate) / rate
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 440 * time), rate)
    cut = Recording.from_file(tmp_path / "tone.wav").to_cut()
    media = Media()
    button = media.sound("a/b/c", cut)
    assert media.sound("a/b/c", cut) is button
    assert "4.0 s of 6.0 s" in button and 'aria-label="play a/b/c' in button
    (audio,) = parse(media.clips()).all("audio")
    kind, data = audio.attributes["src"].split(",")
    assert kind == "data:audio/mpeg;base64"
    samples, found = soundfile.read(io.BytesIO(base64.b64decode(data)))
    assert len(samples) / found == pytest.approx(SECONDS, abs=0.15)  # an encoder pads
    middle = samples[len(samples) // 4 : len(samples) // 2]
    peak = np.argmax(np.abs(np.fft.rfft(middle))) * found / len(middle)
    assert peak == pytest.approx(440, abs=3)


def test_an_image_is_small_and_what_exceeds_the_budget_is_said(tmp_path):
    pixels = np.random.default_rng(0).integers(255, size=(900, 600, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    media = Media(budget=20_000)
    (image,) = parse(media.image(tmp_path / "noise.png", 'a "face"')).all("img")
    data = base64.b64decode(image.attributes["src"].split(",")[1])
    assert Image.open(io.BytesIO(data)).size == (85, 128)
    assert image.attributes["alt"] == 'a "face"'
    assert "no image" in media.image(tmp_path / "broken.jpg", "")
    assert str(tmp_path) not in media.image(tmp_path / "broken.jpg", "")
    shown = [media.image(tmp_path / "noise.png", "") for _ in range(9)]
    assert "the page is full" in shown[-1]
    assert sum(len(each) for each in shown if "base64" in each) < 20_000
    cut = dummy_cut(0, duration=4.0, with_data=True)
    assert "the page is full" in Media(budget=100).sound("a", cut)


@pytest.mark.parametrize(
    ("values", "kind"), [((0.05, 0.06), "better"), ((0.2, 0.3), "worse"), ((0.05, 0.2), "open")]
)
def test_verdicts_follow_the_interval(values, kind):
    before = Replicated(0.1, np.full(1000, 0.1))
    after = Replicated(float(np.mean(values)), np.linspace(*values, 1000))
    systems = {"first": {"EER": before}, "second": {"EER": after}}
    comparison = Comparison("list", "", systems, "9 test speakers")
    found, headline, explanation = comparison.verdict("second")
    words = {"better": "fewer errors", "worse": "more errors", "open": "No difference shown"}
    assert found == kind and words[kind] in headline
    change = comparison.change("second", "EER")
    assert f"{100 * change.low:+.1f}" in explanation and f"p = {change.p_value:.3f}" in explanation
    alone = Comparison("list", "", {n: {"EER": Replicated.once(0.1)} for n in "ab"}, "")
    assert alone.verdict("b")[0] == "open"


def test_a_map_is_the_same_twice_and_of_few_items():
    generator = np.random.default_rng(0)
    ids = [f"id{n % 90}/v{n % 4}/{n}" for n in range(3000)]
    chosen = sample_items(ids[::-1], seed=1)
    assert chosen == sample_items(ids, seed=1) != sample_items(ids, seed=2)
    assert len(chosen) == len(set(chosen)) == MOST and chosen == sorted(chosen)
    few = chosen[:60]
    vectors = generator.normal(size=(60, 8)).astype(np.float32)
    maps = [EmbeddingMap.of(few, scale * vectors, seed=1) for scale in (1, 2)]
    np.testing.assert_array_equal(maps[0].points, maps[1].points)  # of directions alone
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    hits = []
    for row, name in enumerate(few):
        others = [c for c in range(60) if few[c].rpartition("/")[0] != name.rpartition("/")[0]]
        nearest = max(others, key=lambda c: float(unit[row] @ unit[c]))
        if any(few[c].split("/")[0] == name.split("/")[0] for c in others):
            hits.append(few[nearest].split("/")[0] == name.split("/")[0])
    assert np.isnan(maps[0].same_neighbour) if not hits else maps[0].same_neighbour == np.mean(hits)


def test_embeddings_that_cannot_be_placed_are_said(tmp_path):
    ids = [f"id{n // 4}/v/{n}" for n in range(16)]
    vectors = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
    for name, broken in (("equal", np.ones_like(vectors)), ("lost", np.nan * vectors)):
        KeyedVectors(ids, broken).save(tmp_path / name / "embeddings" / "test")
        body = map_section({name: tmp_path / name}, 1, "speaker", "utterances").body
        assert "No map" in body and "<svg" not in body
    vectors[:3] = np.inf
    KeyedVectors(ids, vectors).save(tmp_path / "some" / "embeddings" / "test")
    found = {"some": tmp_path / "some", "none": tmp_path / "none"}
    body = map_section(found, 1, "speaker", "utterances").body
    assert "13 test utterances of 4 speakers" in body and "No embeddings of none" in body


def test_sizes_of_any_recipe_are_shown(tmp_path):
    (tmp_path / "report.json").write_text('{"fingerprint": "f", "classes": 2, "test": 8}')
    assert "<dt>Test</dt><dd>8</dd>" in data_section(tmp_path, {}).body
    (tmp_path / "report.json").write_text("[]")
    assert "Nothing is known" in data_section(tmp_path, {}).body


def test_a_log_is_read_or_refused_by_name(tmp_path):
    (tmp_path / "train_log.tsv").write_text("epoch\tdev_error\ta b\n3\tnan\t1\n5\t0.5\t2\n")
    log = LoggedEpochs.read(tmp_path)
    assert log.errors == ["error"] and log.best("error") == 1
    assert log.epochs.tolist() == [3, 5] and log.columns["a b"].tolist() == [1, 2]
    (tmp_path / "train_log.tsv").write_text("epoch\tdev_eer\tloss\n1\tnan\tinf\n")
    lost = LoggedEpochs.read(tmp_path)
    assert lost.best("eer") is None and np.isnan(lost.columns["loss"]).all()
    assert "lost: 1 epoch" in training_section({"lost": lost}, {}, []).body
    for broken in ("", "epoch\n", "epoch\tloss\n1\n", "loss\n1\n", "epoch\tloss\n1\tx\n"):
        (tmp_path / "train_log.tsv").write_text(broken)
        with pytest.raises(InputError, match="train_log"):
            LoggedEpochs.read(tmp_path)


def test_a_record_moves_with_its_folder(tmp_path):
    exp = tmp_path / "exp"
    record_of(exp, exp / "data" / "list.txt", exp / "data").save(exp / "results.json")
    assert str(tmp_path) not in (exp / "results.json").read_text()
    exp.rename(tmp_path / "moved")
    found = ReportRecord.load(tmp_path / "moved" / "results.json")
    assert found.data == tmp_path / "moved" / "data"
    assert found.systems["alone"] == tmp_path / "moved" / "alone" / "scores"


def test_a_face_is_of_the_utterances_session_or_of_who_speaks(tmp_path):
    asked = ["a/v/1", "a/w/1", "b/v/1", "c/v/1"]
    header, path = AudioHeader(16000, 16000), tmp_path / "1.wav"
    with member_writer(tmp_path / "cuts.jsonl.gz") as write:
        cuts = [cut_record(utterance_of(name, path), header, path, "f", None) for name in asked]
        write(compressed_lines(cuts))
    images = [("a", "u", 1), ("a", "w", 1), ("a", "w", 2), ("b", "x", 1), ("d", "v", 1)]
    save_images(
        [ImageRecord(f"{a}/{b}/{n}", f"/{a}-{b}-{n}.jpg", a, b) for a, b, n in images],
        tmp_path / "images.jsonl.gz",
    )
    found = Utterances.load(tmp_path).faces_of([*asked, "nobody"])
    assert found == {"a/v/1": "/a-u-1.jpg", "a/w/1": "/a-w-1.jpg", "b/v/1": "/b-x-1.jpg"}
