"""Noises, babble, rooms, channels and mixing: arrays in, arrays out, randomness given."""
