"""What a version takes by its own schema: shown as a table, and checked before anything is sent or spent."""

from __future__ import annotations

import copy
import io
import pickle
from enum import Enum
from pathlib import Path

import pytest
import replicate
from hypothesis import given
from hypothesis import strategies as st
from replicate._input_schemas import InputSchema, check_input
from replicate.exceptions import InsufficientCreditError, InvalidInputError, ModelError, NotFoundError
from scripted import Script, answer
from wire_objects import VERSION, model, prediction, version

PROPERTIES = {
    "seed": {"type": "integer", "nullable": True, "x-order": 4},
    "prompt": {"type": "string", "title": "Prompt", "description": "What to say", "x-order": 0},
    "voice": {"allOf": [{"$ref": "#/components/schemas/voice"}], "default": "calm", "x-order": 1},
    "speed": {"type": "number", "default": 1, "minimum": 0.5, "maximum": 2, "x-order": 2},
    "sample": {"type": "string", "format": "uri", "x-order": 3},
    "loud": {"type": "boolean", "default": False, "x-order": 5},
    "steps": {"type": "integer", "ge": 1, "le": 50, "x-order": 6},
    "images": {"type": "array", "items": {"type": "string", "format": "uri"}, "x-order": 7},
    "size": {"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["auto"]}], "x-order": 8},
    "key": {"type": "string", "format": "password", "x-cog-secret": True, "x-order": 9},
    "tiles": {"type": "integer", "enum": ["1", "2"], "x-order": 10},
    "title": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "(a+)+$", "x-order": 11},
    "extra": {"x-order": 12},
    "turns": {"type": "array", "items": {"type": "object"}, "x-order": 13},
    "big": {"type": "integer", "maximum": 1234567, "x-order": 14},
}
DOCUMENT = {
    "components": {
        "schemas": {
            "Input": {"type": "object", "required": ["prompt", "voice"], "properties": PROPERTIES},
            "voice": {"type": "string", "enum": ["calm", "bright"], "description": "How it sounds"},
        }
    }
}


class Voice(Enum):
    BRIGHT = "bright"


GOOD = [
    {},
    {"voice": "bright"},
    {"voice": Voice.BRIGHT},
    {"seed": None},
    {"seed": 3},
    {"seed": 3.0},
    {"speed": 2},
    {"speed": 0.5},
    {"sample": "https://example.org/a.wav"},
    {"sample": Path("a.wav")},
    {"sample": b"RIFF"},
    {"sample": io.BytesIO(b"RIFF")},
    {"loud": True},
    {"steps": 50},
    {"images": []},
    {"images": ["https://example.org/a.png", Path("b.png")]},
    {"images": (b"x",)},
    {"size": 3},
    {"size": "auto"},
    {"key": "secret"},
    {"tiles": "1"},
    {"tiles": 2},
    {"title": "aaab"},
    {"extra": None},
    {"extra": [1, {"a": 2}]},
    {"turns": [{"role": "user"}]},
]

BAD = [
    ({"seed": "3"}, "seed: must be an integer, not '3'"),
    ({"seed": True}, "seed: must be an integer, not True"),
    ({"seed": 3.5}, "seed: must be an integer, not 3.5"),
    ({"prompt": 5}, "prompt: must be a string, not 5"),
    ({"prompt": None}, "prompt: null is not accepted; leave it out instead"),
    ({"voice": "loud"}, "voice: must be one of 'calm', 'bright', not 'loud'"),
    ({"speed": 2.5}, "speed: must be 2 or less, not 2.5"),
    ({"speed": 0}, "speed: must be 0.5 or more, not 0"),
    ({"sample": 3}, "sample: must be a file, not 3"),
    ({"loud": "yes"}, "loud: must be a boolean, not 'yes'"),
    ({"loud": 1}, "loud: must be a boolean, not 1"),
    ({"steps": 51}, "steps: must be 50 or less, not 51"),
    ({"images": "https://example.org/a.png"}, "images: must be an array, not 'https://example.org/a.png'"),
    ({"images": ["a", 3]}, "images[1]: must be a file, not 3"),
    ({"size": 1.5}, "size: must be an integer, not 1.5, or must be one of 'auto', not 1.5"),
    ({"big": 1234568}, "big: must be 1234567 or less, not 1234568"),
    ({"tiles": 3}, "tiles: must be one of '1', '2', not 3"),
    ({"title": "a"}, "title: must have 2 characters or more, not 1"),
    ({"title": "abcde"}, "title: must have 4 characters or fewer, not 5"),
    ({"turns": ["hello"]}, "turns[0]: must be an object, not 'hello'"),
    ({"promt": "x"}, "promt: there is no such input; did you mean 'prompt'?"),
    ({"zzz": 1}, "zzz: there is no such input"),
]


def test_the_inputs_are_told_in_the_order_of_their_declaration():
    fields = InputSchema.of(DOCUMENT).fields()
    assert [field.name for field in fields] == sorted(PROPERTIES, key=lambda name: PROPERTIES[name]["x-order"])
    prompt, voice, speed, sample, seed = fields[:5]
    assert (prompt.type, prompt.description, prompt.required, prompt.default) == ("string", "What to say", True, None)
    assert (voice.type, voice.choices, voice.required, voice.default) == ("string", ("calm", "bright"), False, "calm")
    assert voice.description == "How it sounds"
    assert (speed.type, speed.minimum, speed.maximum) == ("number", 0.5, 2)
    assert (sample.type, sample.nullable) == ("file", False)
    assert (seed.type, seed.nullable) == ("integer", True)
    assert [field.type for field in fields[6:]] == [
        "integer", "array", "any", "secret", "integer", "string", "any", "array", "integer",
    ]  # fmt: skip
    assert (fields[6].minimum, fields[6].maximum) == (1, 50)


@pytest.mark.parametrize("given", GOOD)
def test_what_a_model_takes_passes(given):
    check_input(DOCUMENT, {"prompt": "x", **given})


@pytest.mark.parametrize(("given", "told"), BAD, ids=[told for _, told in BAD])
def test_what_a_model_does_not_take_is_told_by_name(given, told):
    with pytest.raises(InvalidInputError) as caught:
        check_input(DOCUMENT, {"prompt": "x", **given})
    assert str(caught.value) == f"the input is none that the model takes: {told}"
    field, _, description = told.partition(": ")
    assert caught.value.invalid_fields == [{"field": field, "description": description}]


def test_a_missing_input_and_all_others_are_told_at_once():
    with pytest.raises(InvalidInputError) as caught:
        check_input(DOCUMENT, {"seed": "x", "speed": 9})
    assert [field["field"] for field in caught.value.invalid_fields] == ["prompt", "seed", "speed"]
    assert "prompt: is required" in str(caught.value)


def test_the_error_survives_copying_and_pickling():
    with pytest.raises(InvalidInputError) as caught:
        check_input(DOCUMENT, {})
    for copied in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert str(copied) == str(caught.value)
        assert copied.invalid_fields == caught.value.invalid_fields
        assert copied.argument == "input"


def test_an_error_shows_no_secret():
    with pytest.raises(InvalidInputError) as caught:
        check_input(DOCUMENT, {"prompt": "x", "seed": "r8_" + "secret" * 6})
    assert "secretsecret" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
WORDS = st.sampled_from(
    ["type", "enum", "default", "minimum", "maximum", "ge", "le", "items", "allOf", "anyOf", "$ref", "nullable",
     "x-order", "format", "minLength", "maxLength", "description", "properties", "required"]
)  # fmt: skip
STRANGE = st.dictionaries(WORDS, JSON | st.dictionaries(WORDS, JSON))


@given(STRANGE, st.dictionaries(st.sampled_from(["a", "b"]), JSON))
def test_no_schema_however_strange_breaks_the_check(node, values):
    document = {"components": {"schemas": {"Input": {"properties": {"a": node}, **node}}}}
    schema = InputSchema.of(document)
    schema.fields()
    schema.faults(values)


@pytest.mark.parametrize("document", [None, {}, {"components": None}, {"components": {"schemas": {"Input": []}}}, 3])
def test_without_a_schema_everything_passes(document):
    check_input(document, {"anything": 1})


@pytest.mark.parametrize(
    "members",
    [
        {"additionalProperties": True, "properties": {"a": {"type": "string"}}},
        {"additionalProperties": {"type": "string"}, "properties": {"a": {"type": "string"}}},
        {},
    ],
)
def test_a_schema_that_leaves_room_for_other_inputs_lets_them_pass(members):
    check_input({"components": {"schemas": {"Input": members}}}, {"x": 1})


def test_an_input_that_is_described_elsewhere_is_found():
    schemas = {"Input": {"allOf": [{"$ref": "#/components/schemas/Mine"}]}, "Mine": {"properties": {"a": {}}}}
    check_input({"components": {"schemas": schemas}}, {"a": 1})
    with pytest.raises(InvalidInputError, match="x: there is no such input"):
        check_input({"components": {"schemas": schemas}}, {"x": 1})


def test_a_value_without_an_end_is_an_error():
    schemas = {"Input": {"properties": {"a": {"$ref": "#/components/schemas/list"}}}}
    schemas["list"] = {"type": "array", "items": {"$ref": "#/components/schemas/list"}}
    endless = []
    endless.append(endless)
    with pytest.raises(InvalidInputError, match="nested too deeply"):
        check_input({"components": {"schemas": schemas}}, {"a": endless})


def test_a_schema_that_refers_to_itself_is_read():
    document = {"components": {"schemas": {"Input": {"properties": {"a": {"$ref": "#/components/schemas/b"}}}}}}
    document["components"]["schemas"]["b"] = {"allOf": [{"$ref": "#/components/schemas/b"}]}
    check_input(document, {"a": 1})


def test_a_version_tells_and_checks_its_inputs_without_a_request(open_client):
    script = Script()
    found = replicate.version.Version.of(
        replicate.version.Version.decode(version(openapi_schema=DOCUMENT)), open_client(script)
    )
    assert found.inputs[0].name == "prompt"
    found.check({"prompt": "x"})
    with pytest.raises(InvalidInputError):
        found.check({})
    assert not script.sent


# A model as a function

MODEL = "GET /v1/models/acme/painter"
CREATE = "POST /v1/models/acme/painter/predictions"


def with_schema(**members):
    return model(latest_version=version(openapi_schema=DOCUMENT), **members)


def done(**members):
    return answer(201, prediction("succeeded", output="done", **members))


def test_a_function_asks_for_the_schema_once_and_runs(colour, open_client):
    script = Script(answer(200, with_schema()), done(), done())
    paint = open_client(script).use("acme/painter")
    call = paint.async_run if colour.awaits else paint
    assert colour.settle(lambda: call(prompt="x", speed=2)) == "done"
    assert colour.settle(lambda: call(prompt="y")) == "done"
    assert script.lines == [MODEL, CREATE, CREATE]
    assert script.sent[1].json["input"] == {"prompt": "x", "speed": 2}


def test_a_function_sends_nothing_for_an_input_that_is_wrong(colour, open_client):
    script = Script(answer(200, with_schema()))
    paint = open_client(script).use("acme/painter")
    for call in (paint.create, paint.check, paint.stream):
        with pytest.raises(InvalidInputError, match="did you mean 'prompt'"):
            colour(call, promt="x")
    assert script.lines == [MODEL]


def test_an_input_may_have_any_name(colour, open_client):
    script = Script(answer(201, prediction()))
    create = colour.twin(open_client(script).use(VERSION).create)
    colour.settle(lambda: create(self=1, input=2, ref=3))
    assert script.sent[0].json["input"] == {"self": 1, "input": 2, "ref": 3}


def test_a_function_tells_its_inputs(colour, open_client):
    paint = open_client(Script(answer(200, with_schema()))).use("acme/painter")
    assert [field.name for field in colour(paint.inputs)][:2] == ["prompt", "voice"]


def test_a_function_hands_on_its_options(colour, open_client):
    script = Script(answer(200, with_schema()), answer(201, prediction()))
    paint = open_client(script).use("acme/painter", webhook="https://example.org/hook", cancel_after=60)
    assert colour(paint.create, prompt="x").status == "starting"
    assert script.sent[1].json["webhook"] == "https://example.org/hook"
    assert script.sent[1].headers["cancel-after"] == "60s"


def test_a_function_of_a_version_checks_by_that_version(colour, open_client):
    script = Script(answer(200, version(openapi_schema=DOCUMENT)), answer(201, prediction()))
    paint = open_client(script).use(f"acme/painter:{VERSION}")
    colour(paint.create, prompt="x")
    assert script.lines == [f"{MODEL}/versions/{VERSION}", "POST /v1/predictions"]


@pytest.mark.parametrize("ref", [VERSION, "deployments/acme/fast"])
def test_where_no_schema_is_known_the_service_alone_checks(colour, open_client, ref):
    script = Script(answer(201, prediction()))
    colour(open_client(script).use(ref).create, anything=1)
    assert len(script.sent) == 1


def test_trouble_with_the_schema_does_not_stand_in_the_way(colour, open_client):
    script = Script(answer(500), answer(201, prediction()), answer(200, with_schema()))
    paint = open_client(script, max_retries=0).use("acme/painter")
    colour(paint.create, anything=1)
    with pytest.raises(InvalidInputError):
        colour(paint.create, anything=1)


def test_a_model_that_does_not_exist_is_not_found_before_anything_is_sent(colour, open_client):
    script = Script(answer(404, {"detail": "not found"}))
    with pytest.raises(NotFoundError):
        colour(open_client(script).use("acme/nothing").create, prompt="x")
    assert len(script.sent) == 1


def test_a_function_fails_as_its_model_does(colour, open_client):
    script = Script(answer(200, with_schema()), answer(201, prediction("failed", error="no paint")))
    paint = open_client(script).use("acme/painter")
    with pytest.raises(ModelError, match="no paint"):
        colour.settle(lambda: (paint.async_run if colour.awaits else paint)(prompt="x"))


def test_a_malformed_reference_is_refused_at_once(open_client):
    with pytest.raises(replicate.exceptions.InvalidReferenceError):
        open_client(Script()).use("painter")


def test_a_refusal_of_the_service_is_still_an_error(colour, open_client):
    script = Script(answer(200, with_schema()), answer(402, {"detail": "no credit"}))
    with pytest.raises(InsufficientCreditError):
        colour(open_client(script, max_retries=0).use("acme/painter").create, prompt="x")
