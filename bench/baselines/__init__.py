"""What we are measured against, where it is a program of its own; each folder with a package.json is Node's."""
