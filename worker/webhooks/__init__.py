"""How the worker tells the operator's servers what happens to files."""
