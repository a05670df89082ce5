"""From a corpus folder to manifests: who speaks where, which faces, which trials."""
