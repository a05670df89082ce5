from speechdistill.base.randomness import generator_for


def test_purposes_are_independent_and_repeatable():
    purposes = [("face", 1), ("face", 2), ("voice", 1), ("face", 1, 1), ("face",)]
    draws = [generator_for(3, *purpose).random() for purpose in purposes]
    assert len(set(draws)) == len(draws)
    assert draws == [generator_for(3, *purpose).random() for purpose in purposes]
    assert generator_for(4, "face", 1).random() != draws[0]
