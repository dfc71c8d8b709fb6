"""What two tables decide otherwise: the cells whose outcome changes, gathered into few conditions."""
