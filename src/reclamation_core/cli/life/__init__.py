"""What the demonstration shows and writes of the life of cases, all of it read from the desk."""
