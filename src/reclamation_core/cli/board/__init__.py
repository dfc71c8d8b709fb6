"""The board: what is due, on the screen and as a file."""
