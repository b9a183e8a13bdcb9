"""The handlers of the contract's operations, one module per tag, found by operationId; never routing or validation."""
