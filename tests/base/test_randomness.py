from speechdistill.base.randomness import generator_for


def test_purposes_are_independent_and_repeatable():
    purposes = [("face", 1), ("face", 2), ("voice", 1), ("face", 1, 1), ("face",)]
    numbers = [generator_for(3, *purpose).random() for purpose in purposes]
    assert len(set(numbers)) == len(numbers)
    assert numbers == [generator_for(3, *purpose).random() for purpose in purposes]
    assert generator_for(4, "face", 1).random() != numbers[0]
