"""settings.toml: what a sound one means, and for each way to get it wrong the exact line that is printed."""

from __future__ import annotations

import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.files.servers import OFFICE, Embedded, Secret, SecretKind, Servers
from mailer.files.settings import Settings, override_program, read_settings
from mailer.files.values import Override
from mailer.model.errors import BadSettings, BadStory

REPOSITORY = Path(__file__).parents[2]

GOOD = """\
database = "sqlite:///var/x.db"
[mail]
mode = "servers"
[mail.smtp]
host = "smtp.example.org"
password_env = "MC_PASSWORD"
[mail.imap]
host = "imap.example.org"
password_file = "/run/secrets/mc"
[programs.m2m]
profile = "m2m"
name = "MC update"
inbox = "mc@example.org"
timezone = "America/Chicago"
"""


def settings_in(folder: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    """Reads `text` as the settings.toml of a folder with two profiles."""
    for profile in ("m2m", "peer"):
        (folder / "inbox_rules" / profile).mkdir(parents=True, exist_ok=True)
        (folder / "inbox_rules" / profile / "policy.toml").touch()
    (folder / "templates/email").mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "settings.toml", environment or {})


def flaws_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadSettings) as found:
        settings_in(folder, text)
    return [str(flaw).replace(f"{folder}/", "") for flaw in found.value.flaws]


def test_the_shipped_settings_are_sound_and_need_no_server() -> None:
    settings = read_settings(REPOSITORY / "settings.toml", {})
    assert isinstance(settings.mail, Embedded)
    assert settings.keys[0] == "m2m"
    assert settings.program("m2m").inbox == "mc@example.org"
    assert settings.program("m2m").trusted_server == OFFICE
    assert settings.database == f"sqlite:///{REPOSITORY}/var/mentorpost.db"


def test_four_lines_make_a_program(tmp_path: Path) -> None:
    settings = settings_in(
        tmp_path, GOOD + '[programs.peer]\nprofile = "peer"\nname = "Notes"\ninbox = "p@example.org"\ntimezone = "UTC"\n'
    )
    assert settings.keys == ("m2m", "peer")
    assert settings.program("peer").timezone == ZoneInfo("UTC")
    assert settings.program("peer").list_id == "updates.example.org"
    with pytest.raises(KeyError):
        settings.program("icb")


def test_real_servers_have_safe_defaults_and_log_in_as_the_inbox(tmp_path: Path) -> None:
    mail = settings_in(tmp_path, GOOD).mail
    assert not isinstance(mail, Embedded)
    servers = mail["m2m"]
    assert (servers.smtp.port, servers.smtp.security, servers.smtp.username) == (587, "starttls", "mc@example.org")
    assert (servers.imap.port, servers.imap.security, servers.mailbox) == (993, "tls", "INBOX")
    assert servers.imap.secret is not None and servers.imap.secret.kind is SecretKind.FILE
    assert settings_in(tmp_path, GOOD).program("m2m").trusted_server == ""


def test_files_named_in_the_settings_lie_beside_them(tmp_path: Path) -> None:
    (tmp_path / "ours.pem").touch()
    text = GOOD.replace('"/run/secrets/mc"', '"secret/mc"\nca_file = "ours.pem"')
    mail = settings_in(tmp_path, text).mail
    assert not isinstance(mail, Embedded)
    imap = mail["m2m"].imap
    assert imap.secret is not None
    assert (imap.secret.name, imap.ca_file) == (str(tmp_path / "secret/mc"), str(tmp_path / "ours.pem"))


def test_a_program_changes_only_the_server_keys_it_names(tmp_path: Path) -> None:
    own = '[programs.m2m.imap]\nusername = "other@example.org"\npassword_env = "OTHER"\n'
    mail = settings_in(tmp_path, GOOD + own).mail
    assert not isinstance(mail, Embedded)
    servers: Servers = mail["m2m"]
    assert servers.imap.host == "imap.example.org"
    assert servers.imap.username == "other@example.org"
    assert servers.imap.secret == Secret(SecretKind.ENV, "OTHER", str(tmp_path / "settings.toml"), 17)


def test_a_database_url_may_come_from_the_environment_and_is_not_shown(tmp_path: Path) -> None:
    text = GOOD.replace("sqlite:///var/x.db", "env:DATABASE_URL")
    settings = settings_in(tmp_path, text, {"DATABASE_URL": "postgresql://mc:geheim@db.example.org/mc"})
    assert settings.database == "postgresql+psycopg://mc:geheim@db.example.org/mc"
    assert "geheim" not in repr(settings)


# What is put into GOOD, by line replaced (0: added at the end), and what is printed.
WRONG = (
    (1, 'databse = "sqlite:///x.db"', "settings.toml:1: 'databse' is no key of this file — did you mean 'database'?"),
    (
        1,
        'database = "mysql://x"',
        'settings.toml:1: this is no database that can be used — write "sqlite:///var/mentorpost.db" or "postgresql://…"',
    ),
    (
        1,
        'database = "postgresql://a:b@c/d"',
        'settings.toml:1: a password stands in the file — write database = "env:DATABASE_URL" and set that variable',
    ),
    (1, 'database = "env:NOT_SET"', "settings.toml:1: the environment variable NOT_SET is not set — set it to the database URL"),
    (
        1,
        'rules = "nowhere"',
        "settings.toml:1: the folder nowhere does not exist — write the path of the folder, relative to settings.toml",
    ),
    (1, "turn_seconds = 0", "settings.toml:1: turn_seconds = 0 is out of bounds — write a number from 1 to 3600"),
    (1, 'turn_seconds = "60"', 'settings.toml:1: turn_seconds = "60" cannot be used — write a whole number'),
    (3, 'mode = "server"', "settings.toml:3: mode = 'server' is not possible — did you mean 'servers'?"),
    (3, 'mode = "servers"\nmod = 1', "settings.toml:4: 'mod' is no key of [mail] — did you mean 'mode'?"),
    (5, 'hots = "smtp.example.org"', "settings.toml:5: 'hots' is no key of [mail.smtp] — did you mean 'host'?"),
    (5, 'hots = "smtp.example.org"', "settings.toml:4: [mail.smtp] has no 'host' — add it"),
    (
        5,
        'host = "smtp.example.org"\nport = 99999',
        "settings.toml:6: port = 99999 is out of bounds — write a number from 1 to 65535",
    ),
    (
        5,
        'host = "smtp.example.org"\nsecurity = "ssl"',
        "settings.toml:6: security = 'ssl' is not possible — possible here: none, starttls, tls",
    ),
    (
        5,
        'host = "smtp.example.org"\nsecurity = "none"',
        'settings.toml:6: mail and passwords would go to smtp.example.org in the clear — write security = "starttls" or "tls"',
    ),
    (
        5,
        'host = "smtp.example.org"\npassword = "hunter2"',
        "settings.toml:6: 'password' is no key of [mail.smtp] — did you mean 'password_env'?",
    ),
    (
        6,
        'password_env = "A"\npassword_file = "b"',
        "settings.toml:7: password_env and password_file are both given — keep one of them",
    ),
    (6, 'ca_file = "ours.pem"', "settings.toml:6: there is no file ours.pem — write the path of a file of certificates in PEM"),
    (6, 'username = "mc"', "settings.toml:6: a username, but no password — add password_env, password_file or oauth_command_env"),
    (
        10,
        "[programs.M2M]",
        "settings.toml:10: 'M2M' cannot be the key of a program — use small letters, digits and _, beginning with a letter",
    ),
    (11, 'profile = "m2n"', "settings.toml:11: there is no profile 'm2n' — did you mean 'm2m'?"),
    (11, "", "settings.toml:10: [programs.m2m] has no 'profile' — add it"),
    (12, "name = 7", "settings.toml:12: name = 7 cannot be used — write a text in quotes"),
    (12, 'name = ""', "settings.toml:12: 'name' is empty — write a text between the quotes"),
    (12, 'name = "a\\nb"', "settings.toml:12: 'name' must be one line — write it without line breaks or control characters"),
    (12, 'name = "MC"\ninbx = "a@b.org"', "settings.toml:13: 'inbx' is no key of [programs.m2m] — did you mean 'inbox'?"),
    (
        13,
        'inbox = "mc.example.org"',
        "settings.toml:13: inbox = 'mc.example.org' is no mail address: an address must have an @-sign — write it as name@example.org",
    ),
    (
        13,
        'inbox = "mc@example..org"',
        "settings.toml:13: inbox = 'mc@example..org' is no mail address: an address cannot have two periods in a row — write it as name@example.org",
    ),
    (
        14,
        'timezone = "America/Chicgo"',
        "settings.toml:14: timezone = 'America/Chicgo' is no time zone — did you mean 'America/Chicago'?",
    ),
    (14, 'timezone = "America"', "settings.toml:14: timezone = 'America' is no time zone — write one such as 'America/New_York'"),
    (14, 'timezone = "UTC"\ndate_order = "ymd"', "settings.toml:15: date_order = 'ymd' is not possible — did you mean 'mdy'?"),
    (
        0,
        '[programs.two]\nprofile = "peer"\nname = "P"\ninbox = "MC@example.org"\ntimezone = "UTC"',
        "settings.toml:18: another program has the inbox MC@example.org already — give each program an inbox of its own",
    ),
    (
        0,
        "[programs.m2m.smtp]\nmailbox = 'x'",
        "settings.toml:16: 'mailbox' is no key of [programs.m2m.smtp] — possible here: ca_file, hello_name, host, oauth_command_env, password_env, password_file, plain_allowed, port, security, timeout_seconds, username",
    ),
)


@pytest.mark.parametrize(("line", "text", "printed"), WRONG, ids=[case[1][:40] or "left out" for case in WRONG])
def test_a_flaw_is_printed_with_its_line_and_what_to_do(tmp_path: Path, line: int, text: str, printed: str) -> None:
    lines = GOOD.splitlines()
    if line:
        lines[line - 1] = text
    else:
        lines.append(text)
    assert printed in flaws_of(tmp_path, "\n".join(lines) + "\n")


def test_all_flaws_are_told_at_once_in_order_of_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace("sqlite", "sqlit").replace("America/Chicago", "Mars/Base").replace("mc@example.org", "mc")
    assert [flaw.split(":")[1] for flaw in flaws_of(tmp_path, text)] == ["1", "13", "14"]


def test_settings_without_a_program_or_servers_say_what_to_add(tmp_path: Path) -> None:
    assert flaws_of(tmp_path, '[mail]\nmode = "servers"\n') == [
        "settings.toml: there is no program — add a table [programs.m2m] with profile, name, inbox and timezone",
        "settings.toml:1: mode is 'servers', but there is no [mail.smtp] — add it with at least a host",
        "settings.toml:1: mode is 'servers', but there is no [mail.imap] — add it with at least a host",
    ]


def test_the_embedded_post_office_is_not_opened_to_others(tmp_path: Path) -> None:
    text = '[mail.embedded]\nhost = "0.0.0.0"\n' + GOOD[GOOD.index("[programs") :]
    assert flaws_of(tmp_path, text) == [
        "settings.toml:2: host = '0.0.0.0' would open the sample post office to others — write 127.0.0.1 or ::1"
    ]


def test_a_file_that_is_not_there_or_no_text_is_told_and_not_traced(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="there is no such file — name another with --settings FILE"):
        read_settings(tmp_path / "settings.toml")
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match="it cannot be read"):
        read_settings(tmp_path / "settings.toml")


def test_a_story_sets_keys_of_the_program_anew(tmp_path: Path) -> None:
    program = settings_in(tmp_path, GOOD).program("m2m")
    changed = override_program(
        program, [Override("timezone", "Europe/Berlin", "s.toml", 7), Override("date_order", "dmy", "s.toml", 8)]
    )
    assert (changed.timezone, changed.date_order, changed.inbox) == (ZoneInfo("Europe/Berlin"), "dmy", program.inbox)
    assert override_program(program, []) is program


def test_a_wrong_override_is_told_by_the_line_of_the_story(tmp_path: Path) -> None:
    program = settings_in(tmp_path, GOOD).program("m2m")
    with pytest.raises(BadStory) as found:
        override_program(program, [Override("timezon", "UTC", "s.toml", 7), Override("inbox", "x", "s.toml", 9)], BadStory)
    assert str(found.value).splitlines() == [
        "s.toml:7: 'timezon' is no key of [settings] — did you mean 'timezone'?",
        "s.toml:9: inbox = 'x' is no mail address: an address must have an @-sign — write it as name@example.org",
    ]


def test_secrets_are_read_where_the_settings_say(tmp_path: Path) -> None:
    held = tmp_path / "password"
    held.write_text("geheim\n")
    assert Secret(SecretKind.FILE, str(held), "s.toml", 3).read() == "geheim"
    assert Secret(SecretKind.ENV, "MC", "s.toml", 3).read({"MC": "geheim"}) == "geheim"
    command = tmp_path / "token"
    command.write_text("#!/bin/sh\necho fresh-token\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    assert Secret(SecretKind.OAUTH, "CMD", "s.toml", 3).read({"CMD": str(command)}) == "fresh-token"


MISSING = (
    (
        Secret(SecretKind.ENV, "MC", "s.toml", 3),
        "s.toml:3: the environment variable MC is not set or empty — set it before the service starts",
    ),
    (
        Secret(SecretKind.FILE, "/no/such", "s.toml", 3),
        "s.toml:3: the password file /no/such cannot be read — check its path and its permissions",
    ),
    (
        Secret(SecretKind.OAUTH, "CMD", "s.toml", 3),
        "s.toml:3: the command in CMD gave no token — run it by hand: it must print one line and exit 0",
    ),
)


@pytest.mark.parametrize(("secret", "printed"), MISSING, ids=lambda value: str(value)[:20])
def test_a_secret_that_cannot_be_read_is_told_by_its_line(secret: Secret, printed: str) -> None:
    with pytest.raises(BadSettings) as found:
        secret.read({"CMD": "false"})
    assert str(found.value) == printed
