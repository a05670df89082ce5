"""Sub-centres: the nearest of each class counts; with one it is SpeechBrain's classifier."""

import pytest
import torch
from speechbrain.lobes.models.ECAPA_TDNN import Classifier

from speechdistill.identity.sub_centres import SubCentreClassifier, class_centres


def test_by_naive_loops():
    classifier = SubCentreClassifier(4, 3, sub_centres=2)
    embeddings = torch.randn(5, 1, 4)
    cosines = classifier(embeddings)
    assert cosines.shape == (5, 1, 3)
    for row in range(5):
        for speaker in range(3):
            of_each = [
                torch.cosine_similarity(embeddings[row, 0], classifier.weight[2 * speaker + k], 0)
                for k in range(2)
            ]
            torch.testing.assert_close(cosines[row, 0, speaker], max(of_each))


def test_with_one_centre_it_is_speechbrains_bit_by_bit():
    outputs = []
    for build in (SubCentreClassifier, Classifier):
        torch.manual_seed(0)
        classifier = build(4, out_neurons=3)
        embeddings = torch.randn(5, 1, 4, requires_grad=True)
        cosines = classifier(embeddings)
        cosines.square().sum().backward()
        outputs.append((classifier.state_dict(), cosines, embeddings.grad, classifier.weight.grad))
    assert outputs[0][0].keys() == outputs[1][0].keys()
    for ours, theirs in zip(outputs[0][1:], outputs[1][1:], strict=True):
        assert torch.equal(ours, theirs)


def test_gradient():
    classifier = SubCentreClassifier(4, 3, sub_centres=2).double()
    embeddings = torch.randn(5, 1, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(classifier, embeddings)


def test_the_dominant_centre_is_that_of_most_items():
    classifier = SubCentreClassifier(3, 2, sub_centres=2)
    weight = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]])
    classifier.load_state_dict({"weight": weight})
    embeddings = torch.tensor(
        [[0.0, 9, 1], [0.1, 1, 0], [1, 0, 0], [0, 0, 2.0], [1, 0, 0], [5, 0, 0], [5, 0, 0]]
    )
    labels = torch.tensor([0, 0, 0, 1, -1, -1, -1])
    centres = class_centres(classifier, embeddings, labels)
    assert centres.tolist() == [[0, 1, 0], [0, 0, 1]]
    plain = Classifier(3, out_neurons=2)
    assert torch.equal(class_centres(plain, embeddings, labels), plain.weight)


def test_a_class_has_a_centre():
    with pytest.raises(ValueError, match="1 or more"):
        SubCentreClassifier(4, 3, sub_centres=0)
