"""Webhook signatures: the published vectors, and everything that must be refused."""

from __future__ import annotations

import base64
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._webhook_signatures import (
    InvalidSecretKeyError,
    InvalidSignatureError,
    InvalidTimestampError,
    MissingWebhookBodyError,
    MissingWebhookHeaderError,
    WebhookValidationError,
    sign,
    verify,
)
from replicate.exceptions import ReplicateException

SECRET_A = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
SECRET_B = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3"
SECRET_C = "whsec_QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZX"
ID = "msg_refvector0001"
TIMESTAMP = "1735689600"
BODY = rb"""{"id":"q5w1zx7k3mrt40cvy9h8b2ndfe","status":"succeeded","output":"h""" + b"\xc3\xa9" + rb"""llo\n"}"""
SIGNATURE_A = "v1,msroZ6ZernTa7ytUiYmhxj9LUBDkwDDlQ0FdeZq+/ao="
SIGNATURE_B = "v1,vkrOnWW/BA8ZDS7zI5tJsrAe+jTXORg52CdvBtd2taI="
ROTATION = f"{SIGNATURE_B} {SIGNATURE_A}"
UNDECODED_SECRET = "v1,riWY8beH65lkHTqN1c///YukrVqaMuGF6Y9m+SqjF0E="
REWRITTEN_BODY = "v1,U/bDWh6H1gkHp8erLXIDxy2aJVGr2+3rB6/Sq8Yii5M="
UNKNOWN_VERSION = "v1a,msroZ6ZernTa7ytUiYmhxj9LUBDkwDDlQ0FdeZq+/ao="


def check(**changed):
    message = {
        "secrets": [SECRET_A],
        "message_id": ID,
        "timestamp": TIMESTAMP,
        "signature_header": SIGNATURE_A,
        "body": BODY,
        "now": float(TIMESTAMP),
    }
    verify(**(message | changed))


@pytest.mark.parametrize(("secret", "signature"), [(SECRET_A, SIGNATURE_A), (SECRET_B, SIGNATURE_B)])
def test_a_message_is_signed_as_in_the_vectors(secret, signature):
    assert len(BODY) == 76
    assert sign(secret, message_id=ID, timestamp=TIMESTAMP, body=BODY) == signature


def test_the_published_vector_of_the_scheme_is_reproduced():
    message = {
        "message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "timestamp": "1614265330",
        "body": b'{"test": 2432232314}',
    }
    secret, signature = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    assert sign(secret, **message) == signature
    check(secrets=[secret], signature_header=signature, now=1614265330.0, **message)


@pytest.mark.parametrize(
    ("secrets", "header"),
    [
        ([SECRET_A], SIGNATURE_A),
        ([SECRET_B], SIGNATURE_B),
        ([SECRET_A], ROTATION),
        ([SECRET_B], ROTATION),
        ([SECRET_A, SECRET_B], SIGNATURE_B),
        ([SECRET_C, SECRET_A], ROTATION),
        ((SECRET_A,), SIGNATURE_A),
        (SECRET_A, SIGNATURE_A),
        ([f" {SECRET_A}\n"], SIGNATURE_A),
        ([SECRET_A], f"{UNKNOWN_VERSION} v1,??? v1 , v1, {SIGNATURE_A}"),
        ([SECRET_A], f"  {SIGNATURE_A}  "),
    ],
)
def test_a_message_with_one_fitting_signature_is_genuine(secrets, header):
    check(secrets=secrets, signature_header=header)


@pytest.mark.parametrize(
    "header",
    [
        UNDECODED_SECRET,
        REWRITTEN_BODY,
        UNKNOWN_VERSION,
        SIGNATURE_B,
        f"{UNDECODED_SECRET} {REWRITTEN_BODY} {UNKNOWN_VERSION} {SIGNATURE_B}",
        SIGNATURE_A.replace("v1,", "v9,"),
        SIGNATURE_A.replace("v1,", "V1,"),
        SIGNATURE_A.replace("v1,", ""),
        SIGNATURE_A.replace("v1,", "v1"),
        SIGNATURE_A.replace("v1,", "v1,,"),
        SIGNATURE_A[:-1],
        SIGNATURE_A[:-5],
        SIGNATURE_A + "A",
        SIGNATURE_A.replace("+", "-").replace("/", "_"),
        SIGNATURE_A.replace("m", "M", 1),
        "v1,",
        "v1",
        ",",
        " ",
        "v1,é",
        "v1,\ud800",
    ],
    ids=range(21),
)
def test_a_message_without_a_fitting_signature_is_refused(header):
    with pytest.raises(InvalidSignatureError, match="No signature of the webhook message fits"):
        check(signature_header=header)


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b"\n"},
        {"body": BODY.replace(b":", b": ")},
        {"body": b"{}"},
        {"message_id": ID + "0"},
        {"message_id": "é"},
        {"message_id": "\ud800"},
        {"timestamp": "1735689601"},
        {"timestamp": "01735689600"},
        {"secrets": [SECRET_B]},
        {"secrets": [SECRET_B, SECRET_C]},
    ],
    ids=range(10),
)
def test_a_message_that_was_changed_is_refused(changed):
    with pytest.raises(InvalidSignatureError):
        check(**changed)


@pytest.mark.parametrize("difference", [-300.0, -299.9, 0.0, 299.9, 300.0])
def test_a_message_within_five_minutes_is_accepted(difference):
    check(now=float(TIMESTAMP) + difference)


@pytest.mark.parametrize(
    ("difference", "told"),
    [(300.5, "300 seconds ago"), (301.0, "301 seconds ago"), (-301.0, "301 seconds ahead"), (1e9, "seconds ago")],
)
def test_a_message_outside_five_minutes_is_refused_as_a_replay(difference, told):
    with pytest.raises(InvalidTimestampError, match=f"{told}.*replay"):
        check(now=float(TIMESTAMP) + difference)


def test_the_tolerance_can_be_chosen():
    check(now=float(TIMESTAMP) + 9.0, tolerance=10.0)
    with pytest.raises(InvalidTimestampError):
        check(now=float(TIMESTAMP) + 11.0, tolerance=10.0)


def test_without_a_tolerance_any_age_is_accepted():
    check(now=0.0, tolerance=None)


@pytest.mark.parametrize(("now", "tolerance"), [(float("nan"), 300.0), (float(TIMESTAMP), float("nan"))])
def test_a_clock_or_tolerance_that_is_no_number_refuses(now, tolerance):
    with pytest.raises(InvalidTimestampError):
        check(now=now, tolerance=tolerance)


@pytest.mark.parametrize(
    "timestamp", ["now", "-1", "+1735689600", "1735689600.0", " 1735689600", "1735689600\n", "٣", "9" * 16]
)
def test_a_malformed_timestamp_is_refused_whatever_the_tolerance(timestamp):
    for tolerance in (300.0, None):
        with pytest.raises(InvalidTimestampError, match="not a whole number of seconds"):
            check(timestamp=timestamp, tolerance=tolerance)


@pytest.mark.parametrize(
    ("argument", "header"),
    [("message_id", "webhook-id"), ("timestamp", "webhook-timestamp"), ("signature_header", "webhook-signature")],
)
def test_a_missing_header_is_named(argument, header):
    with pytest.raises(MissingWebhookHeaderError, match=f"no {header} header"):
        check(**{argument: ""})


def test_a_missing_body_is_an_error_of_its_own():
    with pytest.raises(MissingWebhookBodyError):
        check(body=b"")


BAD_SECRETS = [
    "",
    "whsec_",
    "whsec",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "r8_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY",
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFR_-",
    "whsec_AAECAwQFBgcICQo LDA0ODxAREhMUFRYX",
    "whsec_éAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "whsec_whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    None,
    b"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
]


@pytest.mark.parametrize("secret", BAD_SECRETS, ids=range(len(BAD_SECRETS)))
def test_a_malformed_secret_is_an_error_that_does_not_show_it(secret):
    with pytest.raises(InvalidSecretKeyError, match=r"^A webhook secret must be") as caught:
        check(secrets=[SECRET_A, secret])

    assert "CAwQ" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    with pytest.raises(InvalidSecretKeyError):
        sign(secret, message_id=ID, timestamp=TIMESTAMP, body=BODY)


@pytest.mark.parametrize("secrets", [[], ()], ids=["list", "tuple"])
def test_no_secret_at_all_is_an_error(secrets):
    with pytest.raises(InvalidSecretKeyError, match="No webhook secret"):
        check(secrets=secrets)


@pytest.mark.parametrize(
    "kind",
    [
        MissingWebhookHeaderError,
        InvalidSecretKeyError,
        MissingWebhookBodyError,
        InvalidTimestampError,
        InvalidSignatureError,
    ],
)
def test_all_errors_are_of_one_family_and_of_the_clients_root(kind):
    assert issubclass(kind, WebhookValidationError)
    assert issubclass(kind, ValueError)
    assert issubclass(kind, ReplicateException)
    assert str(pickle.loads(pickle.dumps(kind("why")))) == "why"


@given(
    key=st.binary(min_size=1, max_size=64),
    message_id=st.text(min_size=1, max_size=20),
    timestamp=st.integers(0, 10**11),
    body=st.binary(min_size=1, max_size=200),
)
def test_what_is_signed_is_accepted_and_no_other_body_is(key, message_id, timestamp, body):
    secret = "whsec_" + base64.b64encode(key).decode()
    header = sign(secret, message_id=message_id, timestamp=str(timestamp), body=body)
    message = {
        "secrets": [secret],
        "message_id": message_id,
        "timestamp": str(timestamp),
        "signature_header": header,
        "now": float(timestamp),
    }

    verify(**message, body=body)
    with pytest.raises(InvalidSignatureError):
        verify(**message, body=body + b" ")
