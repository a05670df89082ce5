"""The command's subcommands, and how each ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import speechdistill
from speechdistill.commands import main as module
from speechdistill.commands.main import COMMANDS, main

LOCAL = Path(__file__).parents[2] / "local"
RUN = "command.run(command.Parser('it'), lambda _: {}, [])"
LOAD = "import speechdistill; speechdistill.load('.')"


def test_it_says_what_there_is(capsys):
    main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)
    main(["--version"])
    assert speechdistill.__version__ in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: speechdistill {name} ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["verfy"], "unknown command verfy: the nearest is verify"),
        (["verify", "m", "a", "b", "--jsno"], "unknown option --jsno: the nearest is --json"),
        (["verify", "m"], "the following arguments are required: A, B"),
        (["embed", "m", "a.wav"], "the following arguments are required: -o/--output"),
        (["embed", "m", "a.wav", "-o", "x", "--vad", "ear"], "invalid choice"),
        (["embed", "m", "", "-o", "x.npz"], "argument AUDIO: an empty word is no path"),
        (["verify", "", "a.wav", "b.wav"], "argument MODEL: an empty word is no path"),
        *[
            (words.split(), "- is no file here: a pipe is /dev/stdin or /dev/stdout")
            for words in (
                "verify m - b.wav",
                "embed m a.wav -o -",
                "embed m a.wav - -o x.npz",
                "export m --output -",
                "score --trials t --embeddings e.npz --output -",
                "evaluate --trials t --scores a.txt --scores b=-",
                "evaluate --trials t --scores a.txt --calibrated-scores=-",
                "info m --log -",
            )
        ],
    ],
)
def test_wrong_words_end_with_2(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("-").touch()
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2 and message in capsys.readouterr().err


def test_a_file_named_like_an_option_is_told_from_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("-other.wav").touch()
    with pytest.raises(SystemExit) as ended:
        main(["embed", "m", "-other.wav", "-o", "x.npz"])
    assert ended.value.code == 2
    assert "-other.wav reads as an option: write ./-other.wav" in capsys.readouterr().err


@pytest.mark.parametrize(("then", "code"), [("", -signal.SIGINT), (RUN, 130)])
def test_an_interrupt_while_a_script_imports_ends_without_a_word(then, code):
    # A job in the background of a script ignores interrupts, and so would what it starts.
    begin = "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    begin += f"sys.path.insert(0, {str(LOCAL)!r}); import command\n"
    interrupt = "os.kill(os.getpid(), signal.SIGINT)"
    script = begin + (then.format(interrupt) if then else interrupt)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, "")


def test_an_interrupt_ends_without_a_word(monkeypatch, capsys):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "import_module", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["info", "m"])
    assert ended.value.code == 130 and capsys.readouterr().err == ""


@pytest.mark.parametrize(("unbuffered", "code"), [("1", 141), ("", 0)])
def test_nobody_reads_on(unbuffered, code):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "speechdistill", "--help"],
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.slow
def test_a_torchaudio_of_another_build_is_one_line(tmp_path):
    (tmp_path / "torchaudio").mkdir()
    (tmp_path / "torchaudio" / "__init__.py").write_text(
        'raise OSError("Could not load this library: torchaudio/lib/_torchaudio.abi3.so")'
    )
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    for words in (["-m", "speechdistill", "info", "."], ["-c", LOAD]):
        command = [sys.executable, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        last = done.stderr.splitlines()[-1]
        assert "error" in last.lower() and "torchaudio does not load beside this torch" in last
        assert words[0] == "-c" or done.stderr.count("\n") == 1


def test_wrong_input_is_one_line_and_ends_with_1(tmp_path):
    words = ["score", "--trials", "trials", "--embeddings", "nowhere.npz", "--output", "scores"]
    command = [sys.executable, "-m", "speechdistill", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("speechdistill score: error: there are no embeddings nowhere.npz")
    assert done.stderr.count("\n") == 1
