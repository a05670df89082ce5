"""What two processes exchange, for test_exchange.py."""

import sys
from pathlib import Path

import torch
from torch.nn.parallel import DistributedDataParallel

from speechdistill.distributed.batch_norm import synchronise_batch_norms
from speechdistill.distributed.gathered_rows import gathered_rows
from speechdistill.distributed.processes import (
    gather_objects,
    main_first,
    process_group,
    rank,
    world_size,
)
from tests.distributed.test_exchange import ROWS, loss_of, make_encoder

if __name__ == "__main__":
    output = Path(sys.argv[1])
    with process_group():
        encoder = synchronise_batch_norms(make_encoder(), "cpu")
        parallel = DistributedDataParallel(encoder)
        own = torch.tensor_split(ROWS, [4])[rank()]  # 4 rows and 2
        embeddings = gathered_rows(parallel(own))
        loss = loss_of(embeddings)
        loss.backward()
        half = gathered_rows(own[:, 0].bfloat16() > 0)
        with main_first():
            seen = (output / "made").exists()
            (output / "made").touch()
        state = {
            "embeddings": embeddings.detach(),
            "loss": loss.item(),
            "gradients": [weight.grad for weight in encoder.parameters()],
            "buffers": list(encoder.buffers()),
            "positive": half,
            "ranks": gather_objects((rank(), world_size())),
            "seen": gather_objects(seen),
        }
        if rank() == 1:
            torch.save(state, output / "state.pt")
