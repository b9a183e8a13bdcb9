"""Tell a model's failure from the service's refusal."""

import replicate
from replicate.exceptions import ModelError, ReplicateError, ReplicateException

try:
    replicate.run("local/fail", input={"message": "out of paint"})
except ModelError as error:
    assert error.prediction.status == "failed"
    assert "out of paint" in error.prediction.error
    assert "About to fail" in error.prediction.logs
    assert "out of paint" in str(error)
else:
    raise AssertionError("the failure went unnoticed")

try:
    replicate.predictions.get("there-is-no-such-prediction")
except replicate.exceptions.ReplicateError as error:
    assert error.status == 404
    assert error.detail
    assert error.to_dict()["status"] == 404
    assert isinstance(error, ReplicateException)
else:
    raise AssertionError("a prediction was found")

try:
    replicate.predictions.create(model="local/echo", input={"count": "many"})
except ReplicateError as error:
    assert error.status == 422
    assert error.title
else:
    raise AssertionError("a wrong input went through")

for wrong in ("nothing", 3):
    try:
        replicate.run(wrong, input={})
    except ValueError:
        pass
    else:
        raise AssertionError("a wrong reference went through")

try:
    replicate.models.get("local/echo").predict(text="hello")
except ReplicateException as error:
    assert "replicate.run" in str(error)

error = ReplicateError(type="about:blank", title="Not here", status=404, detail="gone", instance="/x")
assert (error.type, error.title, error.instance) == ("about:blank", "Not here", "/x")
