"""Measures our promises about speed and size, each against a baseline of the same run: `python -m bench`.

Each row of the table is a promise. For a new row, add a module with a tuple `ROWS` to `bench/rows`.
"""
