"""``python -m speechdistill``: the command, where its script is not on PATH."""

from speechdistill.commands.main import main

if __name__ == "__main__":
    main()
