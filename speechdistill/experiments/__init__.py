"""Many students that differ in one thing each: a table of rows, with several seeds of each."""
