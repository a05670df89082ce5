"""A classifier with several centres per class."""

import torch
from speechbrain.lobes.models.ECAPA_TDNN import Classifier
from torch.nn import functional

ITEMS_AT_ONCE = 10_000


class SubCentreClassifier(Classifier):
    """SpeechBrain's cosine classifier with K centres per class, of which the nearest counts.

    ``cos theta_c = max_k cos(x, w_ck)``. A class's noisy or deviant samples may gather around a
    centre of their own, and no longer pull the main one to them. With one centre it is
    SpeechBrain's.

    Source: Deng, Guo, Liu, Gong, Zafeiriou, "Sub-center ArcFace: Boosting Face Recognition by
    Large-Scale Noisy Web Faces", ECCV 2020.

    Arguments
    ---------
    input_size: width of the embeddings.
    out_neurons: number of classes.
    sub_centres: K >= 1.

    Example
    -------
    >>> classifier = SubCentreClassifier(input_size=8, out_neurons=5, sub_centres=3)
    >>> classifier.weight.shape, classifier(torch.randn(4, 1, 8)).shape
    (torch.Size([15, 8]), torch.Size([4, 1, 5]))
    """

    def __init__(self, input_size: int, out_neurons: int, sub_centres: int = 1) -> None:
        if sub_centres < 1:
            raise ValueError(f"sub_centres is 1 or more per class, not {sub_centres}")
        super().__init__(input_size, out_neurons=out_neurons * sub_centres)
        self.sub_centres = sub_centres

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn embeddings ``(batch, 1, input size)`` into cosines ``(batch, 1, classes)``."""
        return super().forward(x).unflatten(-1, (-1, self.sub_centres)).amax(dim=-1)

    def dominant_centres(self, embeddings: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return every class's dominant centre, the one that most of its samples are nearest to.

        Arguments
        ---------
        embeddings: ``(items, input size)``.
        labels: int64 ``(items,)``; -1 for items of no class. A class without items gets its first
            centre.

        Returns
        -------
        ``(classes, input size)``.

        Example
        -------
        >>> classifier = SubCentreClassifier(input_size=2, out_neurons=1, sub_centres=2)
        >>> _ = classifier.load_state_dict({"weight": torch.eye(2)})
        >>> embeddings = torch.tensor([[1.0, 0.0], [0.1, 0.9], [0.0, 1.0]])
        >>> classifier.dominant_centres(embeddings, torch.tensor([0, 0, 0]))
        tensor([[0., 1.]])
        """
        centres = self.weight.detach().unflatten(0, (-1, self.sub_centres))
        directions = functional.normalize(centres, dim=-1)
        counts = torch.zeros(centres.shape[:2])
        for rows in torch.nonzero(labels >= 0).squeeze(1).split(ITEMS_AT_ONCE):
            cosines = directions[labels[rows]] @ embeddings[rows].unsqueeze(-1)
            nearest = cosines.squeeze(-1).argmax(dim=1)
            counts.index_put_((labels[rows], nearest), torch.ones(len(rows)), accumulate=True)
        return centres[torch.arange(len(centres)), counts.argmax(dim=1)]


def class_centres(
    classifier: Classifier, embeddings: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Return one centre per class, ``(classes, width)``.

    Arguments
    ---------
    classifier: SpeechBrain's, or one with sub-centres: then the dominant ones.
    embeddings: ``(items, width)``.
    labels: int64 ``(items,)``; -1 for items that the classifier was not trained on.

    Example
    -------
    >>> classifier = Classifier(input_size=8, out_neurons=5)
    >>> class_centres(classifier, torch.randn(3, 8), torch.tensor([0, 4, 1])).shape
    torch.Size([5, 8])
    """
    if isinstance(classifier, SubCentreClassifier):
        return classifier.dominant_centres(embeddings, labels)
    return classifier.weight.detach()
