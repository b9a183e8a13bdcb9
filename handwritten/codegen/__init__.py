"""The compiler step: openapi.yaml becomes generated/replicate_api. Nothing here is shipped or imported at run time."""
