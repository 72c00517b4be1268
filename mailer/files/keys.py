"""The key that seals reply addresses and letters' tokens: read from its file or variable, made once at the first start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping

from mailer.files.folders import from_here
from mailer.files.settings import Settings
from mailer.model.errors import BadSettings, Flaw

LENGTH = 32  # bytes


def read_key(settings: Settings, environment: Mapping[str, str] | None = None) -> bytes | None:
    """The key; None where none has been made yet. Raises BadSettings, never showing it, if it cannot be used."""
    if settings.key_env:
        written = (os.environ if environment is None else environment).get(settings.key_env, "")
        if not written:
            return None
        return _key(settings, written, f"the environment variable {settings.key_env}")
    try:
        return _key(settings, settings.key_file.read_text(encoding="ascii"), f"the file {from_here(settings.key_file)}")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as trouble:
        what = f"the key file {from_here(settings.key_file)} cannot be read"
        raise BadSettings(Flaw(settings.file, 0, what, "check its permissions, or restore it from the backup")) from trouble


def make_key(settings: Settings, environment: Mapping[str, str] | None = None) -> bytes:
    """The key, made first if there is none: a file that only this user may read. Raises BadSettings."""
    found = read_key(settings, environment)
    if found is not None:
        return found
    if settings.key_env:
        what = f"the environment variable {settings.key_env} is not set"
        raise BadSettings(Flaw(settings.file, 0, what, f"set it to {2 * LENGTH} hexadecimal digits, and keep them"))
    key = secrets.token_bytes(LENGTH)
    try:
        settings.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        # Another process was faster; its key is the key.
        return make_key(settings, environment)
    except OSError as trouble:
        what = f"the key file {from_here(settings.key_file)} cannot be written"
        raise BadSettings(Flaw(settings.file, 0, what, "let this user write to its folder, or set key_file")) from trouble
    return key


def _key(settings: Settings, written: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(written.strip())
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise BadSettings(
            Flaw(settings.file, 0, f"{where} holds no key", f"a key is {2 * LENGTH} hexadecimal digits; restore it from the backup")
        )
    return key
