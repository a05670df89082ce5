"""What tables say of speakers and utterances, by who speaks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.sentences import load_sentences


@dataclass(frozen=True)
class TextsBySpeaker:
    """Sentences by utterance or speaker.

    Arguments
    ---------
    texts: id of an utterance or of a speaker -> sentence.
    names: speaker -> those of these ids that are theirs.

    Example
    -------
    >>> texts = {"a/v/1": "Hello.", "a": "A man."}
    >>> TextsBySpeaker(texts, {"a": {"a"}}).about("a")
    {'a': 'A man.'}
    """

    texts: Mapping[str, str]
    names: Mapping[str, Iterable[str]]

    @classmethod
    def load(
        cls, tables: Iterable[Path], by_speaker: Callable[[Iterable[str]], dict[str, set[str]]]
    ) -> "TextsBySpeaker":
        """Read tables of sentences or facts; ``by_speaker`` says whose an id is.

        Raises
        ------
        InputError: see :func:`speechdistill.corpora.sentences.load_sentences`.
        """
        texts: dict[str, str] = {}
        for table in tables:
            texts |= load_sentences(table)
        return cls(texts, by_speaker(texts))

    def about(self, speaker: str) -> dict[str, str]:
        """Return a speaker's sentence and those of their utterances, by id."""
        return {name: self.texts[name] for name in self.names.get(speaker, ())}
