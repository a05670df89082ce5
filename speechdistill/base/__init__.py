"""What everything else stands on: errors, random numbers, processes and their settings."""
