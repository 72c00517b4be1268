"""Turns bytes into text with the charsets that mail really uses, and never fails.

Only codecs of the list below are reachable: a message may name `idna`, `unicode_escape` or `zlib_codec`, and those are
slow, surprising or bombs. What is unknown is read as UTF-8, then as Windows-1252, which is what unlabelled mail is.
"""

from __future__ import annotations

import re

# Python's name of the codec -> other names seen in mail. Narrow charsets are read with their wider Windows or national
# successor, as browsers do (WHATWG Encoding), because senders label the one and send the other.
_NAMES = {
    "utf-8": "utf8 unicode-1-1-utf-8 utf_8 utf-8-sig unicode utf8mb4 x-utf-8 us-ascii ascii ansi_x3.4-1968 646 "
    "unknown-8bit x-unknown default 7bit 8bit",
    "utf-16": "utf16 ucs-2 iso-10646-ucs-2",
    "utf-16-le": "utf-16le utf16le",
    "utf-16-be": "utf-16be utf16be",
    "utf-32": "utf32",
    "utf-7": "utf7 unicode-1-1-utf-7",
    "cp1252": "windows-1252 iso-8859-1 iso8859-1 iso_8859-1 iso88591 latin1 latin-1 l1 ansi x-ansi cp-1252 x-cp1252 "
    "win-1252 windows1252 iso-8859-1-windows-1252 iso_8859_1",
    "iso8859-2": "iso-8859-2 iso_8859-2 latin2 latin-2 l2",
    "iso8859-3": "iso-8859-3 latin3",
    "iso8859-4": "iso-8859-4 latin4",
    "iso8859-5": "iso-8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 arabic",
    "iso8859-7": "iso-8859-7 greek",
    "iso8859-8": "iso-8859-8 iso-8859-8-i hebrew",
    "cp1254": "windows-1254 iso-8859-9 latin5 x-cp1254 win-1254",
    "iso8859-10": "iso-8859-10 latin6",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15 latin-9 latin9 iso_8859-15 iso885915",
    "iso8859-16": "iso-8859-16",
    "cp1250": "windows-1250 x-cp1250 win-1250 windows1250",
    "cp1251": "windows-1251 x-cp1251 win-1251 windows1251",
    "cp1253": "windows-1253",
    "cp1255": "windows-1255",
    "cp1256": "windows-1256",
    "cp1257": "windows-1257",
    "cp1258": "windows-1258",
    "cp437": "ibm437 437",
    "cp850": "ibm850 850",
    "cp852": "ibm852 852",
    "cp866": "ibm866 866 dos-866",
    "koi8-r": "koi8 koi8r koi8_r",
    "koi8-u": "koi8u koi8-ru",
    "mac-roman": "macintosh x-mac-roman macroman mac x-macroman",
    "cp874": "windows-874 tis-620 iso-8859-11",
    "gb18030": "gb2312 gbk gb-2312 gb_2312-80 x-gbk cp936 hz-gb-2312-x chinese",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs x-x-big5 cn-big5 cp950",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms_kanji",
    "euc-jp": "eucjp x-euc-jp ujis",
    "iso2022_jp_ext": "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-ms cp50220 csiso2022jp",
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 korean uhc windows-949",
    "iso2022_kr": "iso-2022-kr",
}
_CODECS = {name: codec for codec, names in _NAMES.items() for name in (codec, *names.split())}

_META = re.compile(rb"charset[ \t]{0,8}=[ \t]{0,8}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_REACH = 2048  # bytes of an HTML text in which its own charset is looked for
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def codec_of(charset: str) -> str:
    """Python's name for a charset of the allow-list, or the empty string where it is not on the list."""
    return _CODECS.get(charset.strip().strip("\"'").lower(), "")


def decode(content: bytes, charset: str = "", *, html: bool = False) -> str:
    """The text of `content`; bytes that are wrong even for the best guess become U+FFFD. NUL is removed.

    `html` lets a `<meta charset>` speak where neither the label nor UTF-8 fits.
    """
    codec = codec_of(charset)
    if codec in ("", "utf-8") and content.isascii() and b"\x1b" not in content:
        return content.decode("ascii").replace("\0", "")
    return _decode(content, codec, html).replace("\0", "")


def _decode(content: bytes, codec: str, html: bool) -> str:
    for bom, of_bom in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(of_bom, "replace")
    for candidate in dict.fromkeys((codec, _by_escapes(content), "utf-8", _by_meta(content) if html else "")):
        if not candidate:
            continue
        try:
            return content.decode(candidate)
        except (UnicodeError, ValueError):
            continue
    if codec in ("", "utf-8", "utf-7"):
        # One wrong byte in much good UTF-8 (a cut character) must not turn all of it into Latin letters.
        text = content.decode("utf-8", "replace")
        high = sum(1 for byte in content[:4000] if byte > 127)
        if high > 20 and text[:4000].count("\ufffd") * 10 < high:
            return text
        return content.decode("cp1252", "replace")
    return content.decode(codec, "replace")


def _by_escapes(content: bytes) -> str:
    """ISO-2022-JP announces itself by its escapes, and is often sent without a label."""
    return "iso2022_jp_ext" if b"\x1b$B" in content or b"\x1b$@" in content else ""


def _by_meta(content: bytes) -> str:
    found = _META.search(content[:_META_REACH])
    codec = codec_of(found.group(1).decode("ascii")) if found else ""
    return "" if codec.startswith("utf-16") else codec
