"""The rows of each room, one file a room: `rows()` yields them, in any order, for all of the room's ledgers."""
