"""The command ``speechdistill``: arguments to calls of the library, one file per subcommand."""
