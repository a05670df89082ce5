"""What a run found: RESULTS.md and DET plots."""
