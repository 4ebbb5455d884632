"""Measures what we promise about speed and size, each against a baseline of the same run: `python -m bench`.

One row of the table is one promise. A new row is a new module in `bench/rows` with a tuple `ROWS`.
"""
