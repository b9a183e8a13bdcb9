import os
import replicate

# Ensure your API token is set in the environment
# export REPLICATE_API_TOKEN="your_token_here"

client = replicate.Client()

# Specify the model and input parameters
model = client.models.get("stability-ai/stable-diffusion")
version = model.versions.get("db21e45d73e9ab0a5b1a5c6a1b3f9a7f3b9a5e1a4a5a6a7a8a9a0a1a2a3a4a5a")

inputs = {
    "prompt": "A futuristic cityscape at sunset",
    "width": 512,
    "height": 512,
    "num_inference_steps": 50
}

# Create a prediction
prediction = client.predictions.create(version=version, input=inputs)

# Wait for the prediction to complete
prediction.wait()

# Print the output URL(s)
print("Prediction output:", prediction.output)
