"""From frames to people: detection, tracking, quality and alignment."""
