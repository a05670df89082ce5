import numpy as np
import pytest
from scipy import stats

from speechdistill.base.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.synthvox.quality_check import (
    RankCorrelation,
    check_images,
    check_speech,
    check_teacher,
    require_correlation,
)
from tests.warm_python import run_local

KINDS = ["babble", "white"]


def write_rows(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(map(str, row)) for row in [header, *rows]]
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def folders(tmp_path):
    """Two sets of 30 items with a quality that follows the truth but for noise."""
    random = np.random.default_rng(0)
    ids = [f"id{at}/v/{at}" for at in range(60)]
    snr, degradation = random.uniform(0, 30, 60), random.random(60)
    write_rows(
        tmp_path / "truth/utterances.tsv",
        ["id", "snr_db", "noise", "reverberation_time", "direct_to_reverberant_db", "high_hz"],
        [[name, snr[at], KINDS[at % 2], at, -at, 8000] for at, name in enumerate(ids)],
    )
    write_rows(
        tmp_path / "truth/images.tsv",
        ["id", "degradation", "blur", "low_resolution", "darkness", "occlusion"],
        [
            [name, degradation[at], at % 3, 0, 1 - degradation[at], at]
            for at, name in enumerate(ids)
        ],
    )
    speech = np.clip(snr / 30 + 0.15 * random.normal(size=60), 0, 1)
    image = np.clip(1 - degradation + 0.1 * random.normal(size=60), 0, 1)
    for part, rows in (("train", slice(0, 30)), ("test", slice(30, 60))):
        columns = {"quality": speech[rows], "clipping": np.zeros(30)}
        QualityTable(ids[rows], columns).save(tmp_path / "data" / part / "quality/speech.tsv")
        QualityTable(ids[rows], {"quality": image[rows]}).save(
            tmp_path / "data" / part / "quality/image.tsv"
        )
    agreement = np.where(np.arange(60) == 3, np.nan, image)
    (tmp_path / "targets").mkdir()
    QualityTable(ids[::-1], {"quality": image[::-1], "agreement": agreement[::-1]}).save(
        tmp_path / "targets/quality.tsv"
    )
    return tmp_path, snr, speech, degradation, image


def look_up(found, part, measure, truth):
    (one,) = (c for c in found if (c.part, c.measure, c.truth) == (part, measure, truth))
    return one.n, one.value


def test_speech_is_compared_by_set_and_by_noise(folders):
    path, snr, speech, _, _ = folders
    found = check_speech(path / "data", path / "truth")
    for part, rows in (("train", slice(0, 30)), ("test", slice(30, 60)), ("all", slice(0, 60))):
        n, value = look_up(found, part, "quality", "snr_db")
        assert n == len(snr[rows])
        assert value == pytest.approx(stats.spearmanr(snr[rows], speech[rows]).statistic)
    assert look_up(found, "all", "quality", "snr_db, white") == (
        30,
        pytest.approx(stats.spearmanr(snr[1::2], speech[1::2]).statistic),
    )
    assert {c.truth for c in found} >= {"snr_db, babble", "reverberation_time", "high_hz"}
    assert np.isnan(look_up(found, "all", "clipping", "snr_db")[1])


def test_images_and_teacher_are_compared_with_every_degradation(folders):
    path, _, _, degradation, image = folders
    expected = stats.spearmanr(degradation, image).statistic
    assert expected < -0.8
    for found in (
        check_images(path / "data", path / "truth"),
        check_teacher(path / "targets", path / "data", path / "truth"),
    ):
        assert look_up(found, "all", "quality", "degradation") == (60, pytest.approx(expected))
        assert look_up(found, "all", "quality", "darkness")[1] == pytest.approx(-expected)
        assert np.isnan(look_up(found, "test", "quality", "low_resolution")[1])
    assert look_up(found, "all", "agreement", "degradation")[0] == 59


def test_what_is_too_little_is_an_error():
    def found(truth, value):
        return [RankCorrelation("all", "quality", truth, 9, value)]

    require_correlation(found("snr_db", 0.81), "snr_db", 0.8, "speech")
    require_correlation(found("degradation", -0.71), "degradation", 0.7, "images")
    for truth, value in (("snr_db", 0.79), ("snr_db", -0.9), ("snr_db", float("nan"))):
        with pytest.raises(InputError, match=r"0.8 is wanted"):
            require_correlation(found(truth, value), truth, 0.8, "speech")
    with pytest.raises(InputError, match=r"0.900 with degradation over 9 items, -0.7 is wanted"):
        require_correlation(found("degradation", 0.9), "degradation", 0.7, "images")


def test_files_that_do_not_fit_are_errors(folders):
    path = folders[0]
    with pytest.raises(
        InputError, match=r"missing .*utterances.tsv: local/make_synthvox.py makes it"
    ):
        check_speech(path / "data", path)
    with pytest.raises(InputError, match=r"has none of train, dev, test: stage 1"):
        check_speech(path, path / "truth")
    with pytest.raises(InputError, match=r"quality.tsv: stage 4 makes it"):
        check_teacher(path, path / "data", path / "truth")
    truth = path / "truth/utterances.tsv"
    lines = truth.read_text().splitlines(keepends=True)
    truth.write_text("".join(lines[:-1]))
    with pytest.raises(InputError, match=r"id59/v/59 is not in .*: give the truth of the corpus"):
        check_speech(path / "data", path / "truth")
    truth.write_text("".join(lines).replace("snr_db", "snr"))
    with pytest.raises(InputError, match=r"broken \(column snr_db\)"):
        check_speech(path / "data", path / "truth")


def run(path, *options):
    places = ("--data", path / "data", "--truth", path / "truth")
    return run_local("check_quality.py", *places, *options)


@pytest.mark.slow
def test_the_command(folders):
    path = folders[0]
    done = run(path, "--targets", path / "targets", "--at-least-speech", "0.8")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["|", "all", "|", "n", "|", "60"] in [row[:6] for row in rows]
    assert "snr_db, babble" in done.stdout and "agreement" in done.stdout
    failed = run(path, "--at-least-speech", "0.99")
    assert failed.returncode == 1
    assert "| all" in failed.stdout
    assert failed.stderr.count("\n") == 1 and "quality of speech has" in failed.stderr
