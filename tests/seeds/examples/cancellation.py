import replicate

# Create and cancel prediction
prediction = replicate.predictions.create(
    model="kvfrans/clipdraw",
    input={"prompt": "Complex artwork"}
)

# Cancel if needed
if prediction.status in ["starting", "processing"]:
    prediction.cancel()
    print("Prediction canceled")
