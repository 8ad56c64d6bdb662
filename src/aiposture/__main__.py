"""`python -m aiposture`."""

from aiposture.cli import run

if __name__ == "__main__":
    run()
