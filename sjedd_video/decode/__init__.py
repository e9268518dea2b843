"""Reading media: a probe, two decoders behind one interface, and the child process that contains them."""
