"""HTTP: one request and its answer, within limits of time and size, to no other origin."""
