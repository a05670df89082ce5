import numpy as np

from speechdistill.synthvox.sentences import sample_sentence


def test_sentences_are_whole_and_hardly_ever_the_same():
    rng = np.random.default_rng(1)
    sentences = [sample_sentence(rng) for _ in range(2000)]
    assert len(set(sentences)) > 1980
    for sentence in sentences:
        assert 6 <= len(sentence.split()) <= 20
        assert sentence[0].isupper()
        assert sentence[-1] in ".?"
        assert not set("{}_") & set(sentence)
