"""What identifies a person, and what only looks like it."""

from __future__ import annotations

import hashlib
import uuid
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.study.personal_data import is_digest
from netcollab.study.privacy import (
    MASK,
    holds_email,
    holds_phone,
    is_identity_column,
    is_phone_column,
    national_ids,
    phone_rows,
    shown,
    why_personal,
)


def norwegian(first_six: str) -> str:
    """An identity number with these six digits and fitting check digits."""
    for serial in product("0123456789", repeat=3):
        nine = first_six + "".join(serial)
        ten = nine + _check(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2))
        last = _check(ten, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) if len(ten) == 10 else ""
        if last:
            return ten + last
    raise AssertionError(first_six)


def _check(digits: str, weights: tuple[int, ...]) -> str:
    rest = 11 - sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11
    return {10: "", 11: "0"}.get(rest, str(rest))


# ---- national identity numbers


@pytest.mark.parametrize(
    "first_six",
    ["010170", "311299", "410170", "710170", "014170", "018170", "290200"],
)
def test_norwegian_numbers_of_every_kind(first_six: str) -> None:
    number = norwegian(first_six)
    for written in (
        number,
        f"{number[:6]} {number[6:]}",
        f"{number[:6]}-{number[6:]}",
        f"{number[:2]}.{number[2:4]}.{number[4:6]} {number[6:]}",
        f"born {number}, moved",
    ):
        assert national_ids([written, "nav"]) == [0], written
        assert number[6:] not in shown(written)
    wrong = number[:10] + str((int(number[10]) + 1) % 10)
    assert national_ids([wrong]) == []


def test_a_number_without_its_first_zero() -> None:
    numbers = [norwegian(f"{day:02d}0680") for day in (1, 2, 3)]
    assert national_ids([number[1:] for number in numbers]) == [0, 1, 2]


def test_danish_numbers_with_and_without_hyphen_and_checksum() -> None:
    assert national_ids(["010170-1234", "311299-0001"]) == [0, 1]
    assert national_ids(["310299-1234"]) == []  # no such day
    fits = "0101700003"
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    total = sum(w * int(d) for w, d in zip(weights, fits, strict=True))
    assert total % 11 == 0
    assert national_ids([fits, "x"]) == [0]
    since_2007 = ["0101070001", "1502081232", "2803091233", ""]
    assert national_ids(since_2007) == [0, 1, 2]
    assert national_ids([*since_2007, "a", "b", "c"]) == []


@pytest.mark.parametrize(
    "values",
    [
        ["974760673", "889640782"],  # organisation numbers
        ["12345678", "10103940"],  # CVR
        ["1003388221", "1003388222", "1003388223"],  # Danish production units
        ["0301", "1103"],
        ["2024", "2025"],
        ["12000000", "1250000.5", "0.12345678901", "12 500 000"],
        ["1732541366", "1732541367"],  # seconds since 1970
        ["r1", "A-10000001"],
        ["20210122", "2021-01-22 10:30:00"],
        [],
    ],
)
def test_other_numbers_are_left_alone(values: list[str]) -> None:
    assert national_ids(values) == []
    assert not any(map(holds_phone, values))
    assert [shown(value) for value in values if len(value) < 10] == [
        value for value in values if len(value) < 10
    ]


# ---- addresses and telephone numbers


def test_addresses() -> None:
    assert holds_email("write to kari.nordmann@kommune.example, please")
    assert not any(map(holds_email, ["@home", "x@y", "a@ b.no", ""]))
    assert shown("kari@example.org or ola@example.org") == f"{MASK} or {MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "12 34 56 78",
        "123 45 678",
        "+47 12 34 56 78",
        "+4712345678",
        "004712345678",
        "0045 12345678",
        "(+45) 12 34 56 78",
        "tlf.: 12345678",
        "Telefon 12345678",
        "mob 123 45 678",
        "ring 12\u00a034\u00a056\u00a078 etter kl. 10",
    ],
)
def test_telephone_numbers(text: str) -> None:
    assert holds_phone(text)
    assert "56" not in shown(text)
    assert why_personal(text) == "E-PRI-004"


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "974 760 673",
        "12 345 678",
        "12 34 56 78 90",
        "1 234 567",
        "01 02 03",
    ],
)
def test_eight_digits_alone_are_no_telephone_number(text: str) -> None:
    assert not holds_phone(text)
    assert shown(text) == text


def test_the_header_says_that_eight_digits_are_one() -> None:
    cells = ["12345678", "98 76 54 32", "", "ukjent", "+46 70 123 45 67"]
    assert phone_rows(cells, is_declared=True) == [0, 1, 4]
    assert phone_rows(cells, is_declared=False) == [1]
    for name in ("telefon", "Tlf.", "mobil nr", "phone", "Telefonnummer", "mobile"):
        assert is_phone_column(name), name
    for name in ("org", "cvr", "orgnr", "mobilisering", "kommunenummer", "budget"):
        assert not is_phone_column(name), name
    for name in ("CPR", "cpr-nr", "fnr", "Fødselsnummer", "personnr", "national_id"):
        assert is_identity_column(name), name
    for name in ("nr", "orgnr", "cvr", "kommunenummer", "person", "id"):
        assert not is_identity_column(name), name


@given(st.text(max_size=60))
def test_what_is_shown_holds_nothing_personal(text: str) -> None:
    told = shown(text)
    assert why_personal(told) == ""
    assert shown(told) == told


# ---- digests


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_digests_are_known_by_their_form(name: str) -> None:
    people = ["kari@example.org", "ola@example.org", ""]
    ids = [hashlib.new(name, p.encode()).hexdigest() if p else "" for p in people]
    assert is_digest(ids)
    assert is_digest([each.upper() for each in ids])
    assert is_digest([*ids, "ALL"])
    assert not is_digest([*ids, "r1"])


def test_random_ids_are_no_digests() -> None:
    assert not is_digest([uuid.uuid4().hex for _ in range(5)])
    assert not is_digest([str(uuid.uuid4()) for _ in range(5)])
    assert not is_digest(["", ""])
    assert not is_digest(["K7QXMB2ZPA", "W3TTRLN5OD"])
