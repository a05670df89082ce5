"""A page to look at: what a run did and found, in one HTML file."""
