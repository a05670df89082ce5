"""What distances share: centring, precision, pairs of a batch."""
