"""Files that appear whole, and tables and vectors that are larger than a list should be."""
