import replicate

# Create background prediction
model = replicate.models.get("kvfrans/clipdraw")
version = model.versions.get("5797a99edc939ea0e9242d5e8c9cb3bc7d125b1eac21bda852e5cb79ede2cd9b")

prediction = replicate.predictions.create(
    version=version,
    input={"prompt": "Watercolor painting of an underwater submarine"}
)

# Monitor progress
print(f"Status: {prediction.status}")
print(f"Logs: {prediction.logs}")

# Wait for completion
prediction.wait()
print(f"Final status: {prediction.status}")

# Access output
if prediction.output:
    with open("output.png", "wb") as f:
        f.write(prediction.output.read())
