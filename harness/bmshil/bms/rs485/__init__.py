"""The bank on RS485: packs as stations that answer when they are asked."""
