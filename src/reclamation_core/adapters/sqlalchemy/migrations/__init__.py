"""What leads from one version of the schema to the next, oldest first; shipped with the package."""
