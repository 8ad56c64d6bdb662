"""How broken inputs are made, and what they are given to. See tools/fuzz.py."""
