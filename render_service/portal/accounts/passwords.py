# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords: argon2id, and which ones are refused."""

from __future__ import annotations

import re
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from render_service.portal.accounts.models import Account

SHORTEST, LONGEST = 12, 256
# OWASP's smallest set for argon2id (19 MiB, 2 passes, 1 lane): 50 ms of one core here.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
LONGEST_UNIT = 4  # characters that a password may not merely repeat
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def hash_password(password: str) -> str:
    """The hash to keep."""
    return HASHER.hash(password)


def is_password(account: Account | None, password: str) -> bool:
    """Whether it is the account's; as slow where there is no account. A hash of older parameters is made anew."""
    try:
        HASHER.verify(account.password_hash if account else _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    if account is not None and HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    return account is not None


def is_common(password: str, *personal: str) -> bool:
    """Whether guessers try it early: a common one, with or without digits around it, a repetition, or one's address."""
    plain = password.casefold()
    core = _ENDS.sub("", plain)
    names = {part.casefold() for text in personal for part in (text, text.split("@")[0]) if part}
    return plain in _common() or core in _common() or core in names | {""} or plain in names or _repeats(plain)


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _nobody() -> str:
    return hash_password(secrets.token_hex())


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, LONGEST_UNIT + 1))
