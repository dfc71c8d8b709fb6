"""An enumeration of each kind."""

from enum import Enum, IntEnum, StrEnum


class Colour(StrEnum):
    """What it looks like."""

    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    BIG = 3


class Mood(Enum):
    CALM = "calm"
