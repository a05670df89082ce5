"""A small corpus in every layout gives the same sets, and what cannot be read says so in a line."""

import gzip
import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.corpora.export_kaldi import export_kaldi
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.manifests import load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.registry import kind_of, read_corpus
from speechdistill.storage.places import SETS
from speechdistill.verification.trials.trial_list import TrialList
from tests.corpora.layouts import LAYOUTS, PEOPLE, segments, sitw, utterances
from tests.corpora.media import write_audio


@pytest.fixture(scope="module")
def audio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audio")
    assert len(list(utterances(folder))) == 32
    return folder


def settings(data: Path, root: Path) -> PreparationSettings:
    return PreparationSettings([data], root / "data", root / "decoded", dev_speakers=2)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_layout_gives_the_corpus(kind, audio, tmp_path):
    data = LAYOUTS[kind](tmp_path, audio)
    assert kind_of(data) == kind
    report = prepare_corpus(settings(data, tmp_path))
    sets = {name: load_cuts(tmp_path / "data" / name) for name in SETS}
    found = {
        cut.id.rpartition("/")[2]: (cut.supervisions[0].speaker, cut.session)
        for cuts in sets.values()
        for cut in cuts
    }
    told = {name: (person, session) for name, person, session, *_ in utterances(audio)}
    is_sampled = kind in ("folders", "common-voice")
    if kind == "common-voice":  # it knows of no session
        told = {name: (person, name) for name, (person, _) in told.items()}
    assert found == told
    tested = {cut.supervisions[0].speaker for cut in sets["test"]}
    (listed,) = (tmp_path / "data/test/trials").iterdir()
    trials = TrialList.load(listed)
    if is_sampled:
        assert len(tested) == 2 and listed.name == "test.txt"
        assert report.notes[0].startswith(
            f"no trial list: {len(trials)} trials are sampled among 2"
        )
    else:
        assert tested == set(PEOPLE[:2]) and len(trials) == 28
        assert not any("sampled" in note for note in report.notes)
    utt2spk = dict(line.split() for line in (tmp_path / "data/test/utt2spk").open())
    speaker_of = {cut.id: cut.supervisions[0].speaker for cut in sets["test"]}
    assert utt2spk == speaker_of
    for row in range(len(trials)):
        enrol, test = trials.ids[trials.enrol[row]], trials.ids[trials.test[row]]
        assert (speaker_of[enrol] == speaker_of[test]) == trials.labels[row]
    assert prepare_corpus(settings(data, tmp_path)) == report  # up to date
    for cuts in sets.values():
        assert all(cut.load_audio().shape == (1, 19200) for cut in cuts)


def test_what_tables_say_is_kept(audio, tmp_path):
    prepare_corpus(settings(LAYOUTS["table"](tmp_path, audio), tmp_path))
    cut = load_cuts(tmp_path / "data/test")[0]
    speech = cut.supervisions[0]
    assert speech.text == f"This is {speech.speaker}, from here"
    images = load_images(tmp_path / "data/test/images.jsonl.gz")
    assert {image.person: Path(image.path).name for image in images} == {
        "anna": "anna.png",
        "bert": "bert.png",
    }
    assert speech.gender == {"anna": "f", "bert": "m"}[speech.speaker]


def test_common_voice_makes_sentences_of_its_columns(audio, tmp_path):
    report = prepare_corpus(settings(LAYOUTS["common-voice"](tmp_path, audio), tmp_path))
    texts = {cut.supervisions[0].text for cut in load_cuts(tmp_path / "data/train")}
    assert texts == {
        "A woman in her forties, accent: Scottish.",
        "A man in his forties, accent: Scottish.",
    }
    assert any("A woman in her forties" in note for note in report.notes)


def test_segments_are_parts_of_recordings(audio, tmp_path):
    data = segments(tmp_path, audio)
    for name in ("trials", "enroll.map"):
        (data / name).unlink()
    prepare_corpus(replace(settings(data, tmp_path), min_duration=0.3))
    cuts = load_cuts(tmp_path / "data/train")
    first, second = cuts[0], cuts[1]
    assert first.session == second.session == first.recording.id
    assert (first.start, first.duration) == (0.1, 0.4) and second.end == pytest.approx(1.2)
    whole = first.recording.load_audio()
    assert (second.load_audio() == whole[:, 9600:]).all()
    export_kaldi(tmp_path / "data", SETS, tmp_path / "again")
    again = read_corpus([tmp_path / "again"])
    assert list(again.speakers) == sorted(PEOPLE)
    assert [each.end for each in again.speakers["anna"].utterances()][:1] == [0.5]


def test_what_is_exported_for_kaldi_is_read_as_it_was(audio, tmp_path):
    data = LAYOUTS["table"](tmp_path, audio)
    first = prepare_corpus(settings(data, tmp_path))
    assert export_kaldi(tmp_path / "data", SETS, tmp_path / "kaldi") == 32
    again = prepare_corpus(settings(tmp_path / "kaldi", tmp_path / "second"))
    for name in SETS:
        pairs = zip(
            load_cuts(tmp_path / "data" / name),
            load_cuts(tmp_path / "second/data" / name),
            strict=True,
        )
        for one, other in pairs:
            assert one.recording == other.recording and one.session == other.session
            assert one.supervisions[0].gender == other.supervisions[0].gender
    assert again.trials["dev.txt"] == first.trials["dev.txt"]
    for name in ("utt2spk", "wav.scp", "spk2utt", "utt2session", "spk2gender", "utt2dur"):
        lines = (tmp_path / "kaldi" / name).read_bytes().splitlines()
        assert lines and lines == sorted(lines)


def change(file: str, old: str, new: str, *more: str):
    def changed(data: Path) -> None:
        for path in (data / name for name in (file, *more)):
            path.write_text(path.read_text().replace(old, new, 1))

    return changed


def recode(file: str, encoding: str):
    def changed(data: Path) -> None:
        text = (data / file).read_text().replace("here", "h\xe9re")
        (data / file).write_bytes(text.encode(encoding))

    return changed


def remove(file: str):
    return lambda data: (data / file).unlink()


WRONG = [
    ("kaldi", change("wav.scp", ".wav\n", ".wav |\n"), "names a command, standard input"),
    ("kaldi", change("utt2spk", "u00 anna\n", ""), "u00 has no speaker in"),
    ("kaldi", change("utt2spk", "u00 anna", "u00 an/na"), "holds white space or /"),
    ("kaldi", change("wav.scp", "u00.wav\n", "raw.ark:42\n"), "names a part of an archive"),
    ("kaldi", change("spk2gender", "anna f", "anna 1"), "says '1' of anna: give m or f"),
    ("kaldi", change("wav.scp", "u00 ", "u07 "), "u07 is there before: keep one"),
    ("kaldi", change("utt2spk", "u00 ", "../u00 ", "wav.scp"), "cannot be an utterance's id"),
    ("kaldi", change("utt2session", "u00 mon\n", "u00\n"), "write `id value`"),
    ("table", change("own.csv", "anna,mon", ",mon"), "the speaker '' is empty"),
    ("table", change("own.csv", ",f,", ",1,"), "says 1 of the sex: give m or f"),
    ("table", change("own.csv", '"This', "This"), "has 8 fields, the header 7"),
    ("table", change("own.csv", "session", "speaker"), "two columns of one name"),
    ("table", change("own.csv", "u00,", "u07,"), "the utterance u07 is there before"),
    ("table", change("own.csv", "u00,", f"{'u' * 300},"), "has over 240 bytes in a name"),
    ("table", recode("own.csv", "latin-1"), "line 2 is no UTF-8: write a table"),
    ("table", recode("own.csv", "utf-16"), "line 1 is no UTF-8: write a table"),
    ("lhotse-cuts", change("cuts.jsonl", '"start": 0', '"start": NaN'), "begins at nan and lasts"),
    ("lhotse-cuts", change("cuts.jsonl", '"source": "', '"s": "'), "lacks its recording or"),
    ("lhotse-cuts", change("cuts.jsonl", '"supervisions": [', '"supervisions": [0, '), "lacks its"),
    ("lhotse-cuts", change("cuts.jsonl", '"file"', '"command"'), "takes its audio from a command"),
    ("lhotse-cuts", change("cuts.jsonl", '"file"', '"url"'), "takes its audio from a url"),
    ("lhotse-cuts", change("cuts.jsonl", '"source": "', '"source": "s3://'), "or an address"),
    ("lhotse-cuts", change("cuts.jsonl", "MonoCut", "MixedCut"), "is a MixedCut: give cuts of one"),
    ("lhotse-cuts", change("cuts.jsonl", '"speaker": "anna", ', ""), "has 1 speakers: trim"),
    ("lhotse-cuts", change("cuts.jsonl", "{", "[{"), "line 1 is no cut"),
    ("lhotse-shar", remove("recording.000000.tar"), "make the shards again"),
    ("lhotse-shar", change("cuts.000000.jsonl", '"u00"', '"x00"'), "has no audio of it"),
    ("common-voice", change("validated.tsv", "client_id", "client"), "no validated.tsv of Common"),
]


@pytest.mark.parametrize(("kind", "spoil", "message"), WRONG)
def test_a_wrong_turn_is_told_in_a_line(kind, spoil, message, audio, tmp_path):
    data = LAYOUTS[kind](tmp_path, audio)
    spoil(data)
    with pytest.raises(InputError) as caught:
        read_corpus([data], kind)
    assert message in str(caught.value) and len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("kind", [*LAYOUTS, "sitw"])
def test_lists_without_what_makes_them_a_kind_are_no_folders_of_speakers(kind, audio, tmp_path):
    """Who gives a folder too high, or with a table that lacks a column, is told."""
    data = (LAYOUTS | {"sitw": sitw})[kind](tmp_path, audio)
    lost = {"common-voice": ("validated.tsv", "client_id"), "sitw": ("lists/enroll-core.lst", None)}
    if kind == "folders":
        (data / "wav.scp").touch()
    elif kind in lost:
        file, column = lost[kind]
        change(file, column, "x")(data) if column else remove(file)(data)
    else:
        data = data.parent
        shutil.rmtree(data / "audio", ignore_errors=True)
    with pytest.raises(InputError, match="has no known layout"):
        kind_of(data)


def test_a_path_that_is_too_long_is_missing(audio, tmp_path):
    data = LAYOUTS["table"](tmp_path, audio)
    change("own.csv", "anna.png", f"{'x' * 300}.png")(data)
    change("own.csv", "u07.wav", f"{'x' * 300}.wav")(data)
    corpus = read_corpus([data])
    _, skipped = corpus.speakers["anna"].images()
    assert [reason for _, reason in skipped] == ["no such file"]
    assert kind_of(data) == "table"
    with pytest.raises(InputError, match="no folder xxx"):
        kind_of(Path("x" * 300))


def test_words_for_sexes_in_spk2gender(audio, tmp_path):
    data = LAYOUTS["kaldi"](tmp_path, audio)
    change("spk2gender", "anna f", "anna Female")(data)
    assert read_corpus([data]).speakers["anna"].speaker.gender == "f"


def test_marks_and_empty_lines_in_a_cutset(audio, tmp_path):
    data = LAYOUTS["lhotse-cuts"](tmp_path, audio)
    lines = (data / "cuts.jsonl").read_bytes()
    (data / "cuts.jsonl").write_bytes(b"\xef\xbb\xbf" + lines.replace(b"\n", b"\r\n\r\n"))
    assert list(read_corpus([data]).speakers) == sorted(PEOPLE)


def test_a_missing_file_is_skipped_and_listed(audio, tmp_path):
    data = LAYOUTS["kaldi"](tmp_path, audio)
    change("wav.scp", "u00.wav", "nothing.wav")(data)
    with pytest.raises(InputError, match=r"trials of .* not in the corpus .*; see skipped\.tsv\)"):
        prepare_corpus(settings(data, tmp_path))
    assert "nothing.wav\tunreadable (No such file" in (tmp_path / "data/skipped.tsv").read_text()


def test_a_changed_file_makes_the_manifests_again(audio, tmp_path, caplog):
    own = shutil.copytree(audio, tmp_path / "audio")
    data = LAYOUTS["table"](tmp_path, own)
    caplog.set_level(logging.INFO)
    first = prepare_corpus(settings(data, tmp_path))
    assert prepare_corpus(settings(data, tmp_path)) == first and "up to date" in caplog.text
    write_audio(own / "u00.wav", seconds=1.5)
    assert prepare_corpus(settings(data, tmp_path)).fingerprint != first.fingerprint


def test_a_layout_that_could_be_two_is_not_guessed(audio, tmp_path):
    data = LAYOUTS["kaldi"](tmp_path, audio)
    shutil.copy(LAYOUTS["table"](tmp_path, audio) / "own.csv", data)
    with pytest.raises(InputError, match=r"could be of 2 kinds: .*--corpus kaldi or table"):
        kind_of(data)
    assert kind_of(data, "table") == "table"


def test_one_of_two_tables_is_to_be_given(audio, tmp_path):
    data = LAYOUTS["table"](tmp_path, audio)
    shutil.copy(data / "own.csv", data / "new.csv")
    with pytest.raises(InputError, match=r"2 tables .* \(.*own\.csv.*\): give one of them"):
        read_corpus([data])
    assert kind_of(data / "own.csv") == "table"


def test_a_folder_above_a_corpus_is_no_folder_of_speakers(audio, tmp_path):
    data = LAYOUTS["common-voice"](tmp_path / "languages", audio)
    with pytest.raises(InputError, match=r"no known layout \(it has en/\)"):
        kind_of(data.parent)


def test_audio_that_is_all_gone_is_said(audio, tmp_path):
    """Before trials are sampled of nothing, or found to name nothing."""
    data = LAYOUTS["common-voice"](tmp_path, audio)
    shutil.rmtree(data / "clips")
    with pytest.raises(
        InputError, match=r"en lists 32 files of which none is there \(first: .*mp3"
    ):
        read_corpus([data])
    data = LAYOUTS["kaldi"](tmp_path, audio)
    path = data / "wav.scp"
    path.write_text(path.read_text().replace(str(audio), "/export/of/another/machine"))
    with pytest.raises(InputError, match=r"none is there \(first: /export/of/another/machine/u00"):
        read_corpus([data])


@pytest.mark.parametrize("mark", ["sep=,\n", "\ufeffsep=,\r\n", '"sep=,"\n', "SEP=,,,\n"])
def test_a_table_that_begins_with_excels_separator(mark, audio, tmp_path):
    data = LAYOUTS["table"](tmp_path, audio)
    content = (data / "own.csv").read_text()
    expected = [each.utterances() for each in read_corpus([data]).speakers.values()]
    (data / "own.csv").write_text(mark + content)
    assert kind_of(data) == "table"
    assert [each.utterances() for each in read_corpus([data]).speakers.values()] == expected
    (data / "own.csv").write_text(mark + content.replace(",f,", ",1,", 1))
    with pytest.raises(InputError, match=r"own\.csv, line 3 says 1 of the sex"):
        read_corpus([data])


def test_excels_separator_counts_before_others_in_the_header(audio, tmp_path):
    data = LAYOUTS["table"](tmp_path, audio)
    rows = (data / "own.csv").read_text().replace('"', "").replace(", from here", "").split("\n")
    rows = [row.replace(",", ";") for row in rows]
    rows[0] = rows[0].replace("text", '"text, of mine"')
    (data / "own.csv").write_text("\n".join(["sep=;", *rows]))
    assert list(read_corpus([data]).speakers) == sorted(PEOPLE)


@pytest.mark.parametrize("kind", ["common-voice", "sitw"])
def test_files_may_have_been_converted(kind, audio, tmp_path):
    data = (LAYOUTS | {"sitw": sitw})[kind](tmp_path, audio)
    for path in [*data.glob("clips/*"), *data.glob("audio/*")]:
        soundfile.write(path.with_suffix(".flac"), *soundfile.read(path))
        path.unlink()
    corpus = read_corpus([data])
    paths = [each.path for who in corpus.speakers.values() for each in who.utterances()]
    assert {path.suffix for path in paths} == {".flac"} and all(path.exists() for path in paths)


def test_a_segment_may_go_a_little_beyond_its_file(audio, tmp_path):
    """As in Kaldi; the recordings last 1.2 s."""
    data = segments(tmp_path, audio, ((0.0, 1.6), (0.1, -1)))
    for name in ("trials", "enroll.map"):
        (data / name).unlink()
    prepare_corpus(settings(data, tmp_path))
    cuts = load_cuts(tmp_path / "data/train")
    assert {round(cut.end, 6) for cut in cuts} == {1.2}
    assert cuts[0].load_audio().shape == (1, 19200)
    change("segments", "u00-a u00 0.0 1.6", "u00-a u00 0.0 1.8")(data)
    with pytest.raises(InputError, match=r"1 of \d+ audio files cannot be used"):
        prepare_corpus(settings(data, tmp_path / "again"))
    said = (tmp_path / "again/data/skipped.tsv").read_text()
    assert "it lasts 1.2 s, a part of it is said to end at 1.8 s" in said


def test_a_shard_without_its_audio(audio, tmp_path):
    data = LAYOUTS["lhotse-shar"](tmp_path, audio)
    (data / "recording.000000.tar").unlink()
    path = data / "cuts.000000.jsonl"
    path.write_text(path.read_text().replace('"type": "file"', '"type": "shar"'))
    with pytest.raises(InputError, match=r"line 1 has its audio in a shard, .* that is not beside"):
        read_corpus([data])


def test_who_trains_is_named(audio, tmp_path):
    """Or each utterance would be a speaker."""
    with pytest.raises(
        InputError, match="has audio of people whom nobody names, which serves --te"
    ):
        prepare_corpus(settings(audio, tmp_path))


def test_compressed_cuts_are_read_too(audio, tmp_path):
    data = LAYOUTS["lhotse-cuts"](tmp_path, audio)
    lines = (data / "cuts.jsonl").read_bytes()
    (data / "cuts.jsonl").unlink()
    with gzip.open(data / "cuts.jsonl.gz", "wb") as to:
        to.write(lines)
    assert list(read_corpus([data / "cuts.jsonl.gz"]).speakers) == sorted(PEOPLE)
    assert json.loads(lines.splitlines()[0])["id"] == "u00"
