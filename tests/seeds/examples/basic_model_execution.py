import replicate

# Simple model run
output = replicate.run(
    "stability-ai/stable-diffusion-3",
    input={"prompt": "An astronaut riding a rainbow unicorn"}
)

# Handle file output
if hasattr(output, 'read'):
    with open("output.png", "wb") as f:
        f.write(output.read())
