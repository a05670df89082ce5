"""A generated corpus of talking people, in VoxCeleb1's layout: voices, faces, descriptions."""
