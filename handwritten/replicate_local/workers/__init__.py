"""The engine's side of worker processes: starting, talking to, interrupting and replacing them; never what they run."""
