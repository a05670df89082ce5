"""What training does to the waveforms of utterances, so that a student hears more than it has."""
