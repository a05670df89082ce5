"""embed, verify, enrol, identify and info on a student's folder."""

import json
import os
import shutil

import numpy as np
import pytest

from speechdistill.commands.main import main
from speechdistill.inference.gallery import Gallery
from speechdistill.verification.scoring.embeddings import load_embeddings
from tests.tiny_student import make_student


def fails(words, message, caplog, code=1):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert ended.value.code == code
    assert message in caplog.text


@pytest.mark.parametrize("name", ["e.npz", "e.npy", "e.ark", "e.scp"])
def test_embed_writes_what_score_reads(name, student, embedder, recordings, tmp_path):
    folder = recordings["a.wav"].parent
    main(["embed", str(student), str(folder), "-o", str(tmp_path / name)])
    found = load_embeddings(tmp_path / name)
    assert list(found.ids) == ["a", "b", "c"]
    for recording, path in recordings.items():
        expected = embedder.embed(path)
        np.testing.assert_allclose(found[recording[0]], expected, rtol=1e-3, atol=1e-4)


def test_embed_hears_speech_alone(student, recordings, tmp_path):
    words = ["embed", str(student), str(recordings["a.wav"]), "-o", str(tmp_path / "e.npz")]
    main([*words, "--vad", "energy"])
    assert len(load_embeddings(tmp_path / "e.npz")) == 1


def test_embed_leaves_out_what_it_cannot_read(student, recordings, tmp_path, caplog):
    (tmp_path / "no.wav").write_text("no audio")
    out = tmp_path / "out" / "e.npz"
    words = ["embed", student, tmp_path / "no.wav", *recordings.values(), "-o", out]
    fails(words, "1 of 4 recordings cannot be embedded", caplog)
    assert not out.exists() and "no.wav" in out.with_name("e.skipped").read_text()
    main([*map(str, words), "--skipped-limit", "0.5"])
    assert len(load_embeddings(out)) == 3
    main([*map(str, words[:2]), str(recordings["a.wav"]), "-o", str(out)])
    assert not out.with_name("e.skipped").exists()


def test_embed_leaves_notes_of_other_people(student, recordings, tmp_path, caplog):
    notes = tmp_path / "e.skipped"
    notes.write_text("a\tskipped, as she asked\n")
    words = ["embed", student, recordings["a.wav"], "-o", tmp_path / "e.npz"]
    fails(words, "e.skipped is there and lists no recordings that were left out", caplog)
    assert notes.read_text() == "a\tskipped, as she asked\n"
    assert not (tmp_path / "e.npz").exists()


def test_embed_replaces_no_recording(student, recordings, tmp_path, caplog):
    copy = tmp_path / "x.npz"
    copy.write_bytes(recordings["a.wav"].read_bytes())
    fails(["embed", student, copy, "-o", copy], "is the input", caplog)
    fails(["embed", student, copy, "-o", tmp_path / "x.csv"], "no form of embeddings", caplog, 2)
    fails(["report", tmp_path, "-o", copy], "x.npz is no page: name it .html", caplog, 2)


def test_what_is_odd_in_a_name_stays_in_one_line(student, tmp_path, caplog):
    odd = tmp_path / "a\nb\x1b[2J.wav"
    fails(["verify", student, odd, odd], r"cannot read", caplog)
    assert caplog.messages[-1].endswith(r"a\nb\x1b[2J.wav (no such file)")


def test_a_name_that_is_no_text_is_heard_and_is_no_id(
    student, recordings, tmp_path, caplog, capsys
):
    latin = tmp_path / os.fsdecode(b"l\xe4tin.wav")
    shutil.copy(recordings["a.wav"], latin)
    main(["verify", str(student), str(latin), str(recordings["a.wav"]), "--json"])
    assert json.loads(capsys.readouterr().out)["score"] == pytest.approx(1)
    words = ["embed", student, latin, "-o", tmp_path / "e.npz"]
    fails(words, r"l\udce4tin.wav: its name is no text in UTF-8: rename it", caplog)


def test_verify_in_words_and_as_json(student, embedder, recordings, capsys):
    words = ["verify", str(student), str(recordings["a.wav"]), str(recordings["c.ogg"])]
    main(words)
    shown = capsys.readouterr().out
    main([*words, "--json"])
    found = json.loads(capsys.readouterr().out)
    score = embedder.similarity(*embedder.embed([recordings["a.wav"], recordings["c.ogg"]]))
    assert found["score"] == pytest.approx(score, abs=1e-5)
    assert found["llr"] == pytest.approx(20 * score - 8, abs=1e-3)
    assert found["threshold"] == pytest.approx(np.log(19))
    assert found["same_speaker"] == (found["llr"] >= found["threshold"])
    verdict = "the same speaker" if found["same_speaker"] else "different speakers"
    assert shown.startswith(f"{verdict}\n") and f"cosine {score:.4f}" in shown
    assert "prior of 0.05" in shown and "dev.txt of tiny: 100 trials" in shown


def test_the_operating_point_decides(student, recordings, capsys):
    words = ["verify", str(student), str(recordings["a.wav"]), str(recordings["b.flac"]), "--json"]
    decisions = []
    for point in (["--p-target", "0.5"], ["--p-target", "0.5", "--c-fa", "1e9"]):
        main([*words, *point])
        decisions.append(json.loads(capsys.readouterr().out))
    assert [found["same_speaker"] for found in decisions] == [True, False]
    assert decisions[1]["threshold"] == pytest.approx(np.log(1e9))


def test_without_calibration_nothing_is_decided(recordings, tmp_path, capsys):
    student = make_student(tmp_path / "student", calibrated=False)
    words = ["verify", str(student), str(recordings["a.wav"]), str(recordings["a.wav"])]
    main(words)
    assert capsys.readouterr().out.startswith("cosine 1.0000; student has no calibration")
    main([*words, "--json"])
    assert json.loads(capsys.readouterr().out)["same_speaker"] is None


def test_enrol_and_identify(student, recordings, tmp_path, capsys, caplog):
    gallery = tmp_path / "people"
    for name, recording in (("ann", "a.wav"), ("bob", "c.ogg")):
        main(["enrol", str(student), str(gallery), name, str(recordings[recording])])
    words = ["identify", str(student), str(gallery), str(recordings["b.flac"])]
    main(words)
    first, second, point = capsys.readouterr().out.splitlines()
    assert first.startswith("ann\tcosine 0.9") and second.startswith("bob\t")
    assert "accepted" in first and "prior of 0.05" in point
    main([*words, "--top-k", "1", "--json"])
    (found,) = json.loads(capsys.readouterr().out)["people"]
    assert found["name"] == "ann" and found["same_speaker"]
    other = make_student(tmp_path / "other", seed=2)
    fails(["identify", other, gallery, recordings["a.wav"]], "another model (student)", caplog)
    fails(["enrol", other, gallery, "cyd", recordings["a.wav"]], "another model", caplog)
    fails(["identify", student, tmp_path / "none", recordings["a.wav"]], "no gallery", caplog)
    fails(["enrol", student, recordings["a.wav"], "x", recordings["c.ogg"]], "no gallery", caplog)
    assert "it is another kind of file" in caplog.text and "pickle" not in caplog.text


def test_a_person_is_enrolled_with_files_of_any_name(student, recordings, tmp_path):
    for name in ("my voice.wav", "my voice.flac"):
        shutil.copy(recordings["a.wav"], tmp_path / name)
    files = [str(tmp_path / "my voice.wav"), str(tmp_path / "my voice.flac")]
    main(["enrol", str(student), str(tmp_path / "people"), "ann", *files])
    assert Gallery.load(tmp_path / "people").counts.tolist() == [2]


def test_help_says_defaults_that_are_values(capsys):
    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    shown = capsys.readouterr().out
    assert "(default: 0.05)" in shown and "None" not in shown and "False" not in shown


def test_info(student, capsys):
    main(["info", str(student)])
    shown = capsys.readouterr().out
    for line in ("name: student", "dimension: 16", "sample rate: 16000", "dev error: 25.00 %"):
        assert f"{line}\n" in shown
    assert "fitted on dev.txt of tiny" in shown
    main(["info", str(student), "--json"])
    assert json.loads(capsys.readouterr().out)["calibration"]["corpus"] == "tiny"
