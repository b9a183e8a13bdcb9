"""A person's own subclass of a generated model is read as the model is, and is made in its own way."""

from attrs import define, field
from replicate_api.models import Prediction, PredictionPage
from replicate_api.types import UNSET

BODY = {"id": "p1", "status": "starting", "created_at": "2025-03-01T12:00:00Z", "queue": 3}


@define
class Noted(Prediction):
    note: str = "none yet"
    seen: list[str] = field(factory=list)

    def __attrs_post_init__(self):
        self.seen.append(self.id)


@define
class Short(Prediction):
    logs: str = "redefined, and so the last argument of __init__"


class Loud(Prediction):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.note = "made"


def test_a_subclass_with_members_of_its_own_gets_their_defaults():
    noted = Noted.from_dict(BODY)
    assert type(noted) is Noted
    assert (noted.note, noted.seen) == ("none yet", ["p1"])
    assert noted.additional_properties == {"queue": 3}
    assert noted.to_dict() == {**BODY, "created_at": "2025-03-01T12:00:00+00:00"}


def test_a_subclass_that_redefines_a_member_is_read_by_name():
    short = Short.from_dict({**BODY, "logs": "some", "stream": True})
    assert (short.logs, short.stream, short.webhook_completed) == ("some", True, UNSET)


def test_a_subclass_may_be_made_in_its_own_way():
    assert Loud.from_dict(BODY).note == "made"
    assert Loud.from_dict(BODY).status == "starting"


def test_an_object_that_was_read_is_like_one_that_was_made():
    members = {"id": "p1", "status": "starting"}
    assert Prediction.from_dict(members) == Prediction(**members)
    assert repr(Prediction.from_dict(members)) == repr(Prediction(**members))
    assert repr(PredictionPage.from_dict({"results": []})) == repr(PredictionPage(results=[]))
    first, second = Prediction.from_dict(members), Prediction.from_dict(members)
    first["queue"] = 1
    assert second.additional_keys == []
