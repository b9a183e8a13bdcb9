import replicate

# List your predictions
predictions = replicate.predictions.list()
for prediction in predictions.results:
    print(f"ID: {prediction.id}, Status: {prediction.status}")

# Paginate through results
if predictions.next:
    next_page = replicate.predictions.list(predictions.next)

# Search for models
results = replicate.models.search("text-to-image")
for model in results.results:
    print(f"{model.owner}/{model.name}: {model.description}")
