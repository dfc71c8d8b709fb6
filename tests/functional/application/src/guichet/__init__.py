"""Un guichet : reçoit des demandes, dit ce qu'elles deviennent."""
