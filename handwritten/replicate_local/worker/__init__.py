"""What runs inside a worker process: loading a predictor, running it, describing it; never imported by the server."""
