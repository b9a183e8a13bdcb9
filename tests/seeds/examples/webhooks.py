import replicate

# Create prediction with webhook
prediction = replicate.predictions.create(
    model="ai-forever/kandinsky-2.2",
    input={"prompt": "Watercolor painting of an underwater submarine"},
    webhook="https://example.com/your-webhook",
    webhook_events_filter=["completed"]
)
