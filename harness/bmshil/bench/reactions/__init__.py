"""How a device reacts: to a step, to a loss, to what it should not believe, and to being switched on."""
