"""The words of a profile for what a device does or does not do."""

FIXED = {"dynamic": False, "fixed": True}
SEVERAL = {"several": True, "one": False}
RECOVERS = {"auto": True, "manual": False}
TRIGGERS = {"free": "free", "answer": "answer", "never": "never", "poll": "never"}
STAYS_STOPPED = {"auto": False, "stays_stopped": True}
ALARM_STOPS = {"affected": False, "everything": True}
RETURNS = {"returns": True, "stays": False}
STARTS_ALONE = {"wait": False, "own_values": True}
OPEN = {"authorised": False, "open": True}
SEES_ENABLES = {"obey": True, "ignore": False}
