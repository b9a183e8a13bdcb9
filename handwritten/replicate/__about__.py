"""The version of this distribution, alone, so that build tools can read it without importing the client."""

__version__ = "0.1.0"
