"""Several processes at one job: how they find each other and what they exchange."""
