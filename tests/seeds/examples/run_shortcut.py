import os
import replicate

client = replicate.Client()

# Synchronous shortcut
output = replicate.run(
    "stability-ai/stable-diffusion:db21e45d73e9ab0a5b1a5c6a1b3f9a7f3b9a5e1a4a5a6a7a8a9a0a1a2a3a4a5a",
    input={"prompt": "A dragon flying over mountains"}
)
print("Output URL:", output)
