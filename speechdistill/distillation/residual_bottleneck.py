"""A trainable head on the teacher's side: near the teacher, with freedom towards the student."""

import torch

from speechdistill.distillation.arithmetic.full_precision import full_precision


class ResidualBottleneck(torch.nn.Module):
    """``R (x + W2 relu(W1 x))``: the teacher's embedding, bent by a bottleneck.

    W1 narrows to ``bottleneck``, W2 widens again and starts as zeros: training starts from the
    teacher's own embedding. R is a linear map to another width, left out where the widths are
    equal. No part has a bias: ``f(c x) = c f(x)`` for c > 0, so that, as before it, only the
    direction of an embedding matters to cosines. Without R, and wherever the relu keeps its signs,
    at least ``dimension - bottleneck`` of the teacher's dimensions are in what comes out.

    Source: Jin et al., "Cross-Modal Distillation for Speaker Recognition", AAAI 2023, the figure of
    the framework: a trainable residual bottleneck projection head on the teacher's embedding. The
    figure shows no widths; the default bottleneck, the start, the missing biases and R are ours.

    Arguments
    ---------
    dimension: of the teacher's embeddings.
    bottleneck: at least 1; a quarter of ``dimension`` if None.
    output_dimension: ``dimension`` if None.

    Example
    -------
    >>> head = ResidualBottleneck(8)
    >>> embeddings = torch.randn(3, 8)
    >>> torch.equal(head(embeddings), embeddings)
    True
    >>> ResidualBottleneck(8, bottleneck=4, output_dimension=5)(embeddings).shape
    torch.Size([3, 5])
    """

    def __init__(
        self, dimension: int, bottleneck: int | None = None, output_dimension: int | None = None
    ) -> None:
        super().__init__()
        if bottleneck is None:
            bottleneck = max(dimension // 4, 1)
        if bottleneck < 1:
            raise ValueError(f"the bottleneck is {bottleneck}: give a width of at least 1")
        self.narrow = torch.nn.Linear(dimension, bottleneck, bias=False)
        self.widen = torch.nn.Linear(bottleneck, dimension, bias=False)
        torch.nn.init.zeros_(self.widen.weight)
        self.resize: torch.nn.Module = torch.nn.Identity()
        if output_dimension not in (None, dimension):
            self.resize = torch.nn.Linear(dimension, output_dimension, bias=False)

    @full_precision
    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Turn ``(rows, dimension)`` into ``(rows, output dimension)``."""
        bent = self.widen(torch.relu(self.narrow(embeddings)))
        return self.resize(embeddings + bent)
