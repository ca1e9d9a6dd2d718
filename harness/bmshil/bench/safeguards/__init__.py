"""What stands behind the bench when it switches: watchdogs, permit relay, trips and the hazard gate."""
