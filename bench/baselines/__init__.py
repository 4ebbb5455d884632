"""The baselines that are separate programs. Folders with a package.json are for Node."""
