"""Reads mails: mailboxes (mbox of all kinds), single mails (EML) and Outlook's messages (MSG). Bodies are never read."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.decoded import Decoded, Record, Refused
from cspaudit.sources.decoders import mail_head, mbox, msg
from cspaudit.sources.files import SourceFile

_HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:")
#: headers that a mail has and other files with names before colons have not; two of them make a mail
_OF_MAILS = {
    b"from", b"to", b"subject", b"date", b"received", b"message-id", b"mime-version", b"return-path",
    b"delivered-to", b"reply-to", b"in-reply-to", b"x-mailer", b"authentication-results", b"dkim-signature",
}  # fmt: skip
_ENOUGH = 2


def is_format(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a mailbox, of a mail or of an Outlook message."""
    return msg.is_format(head) or mbox.begins(head) or _is_mail(head)


def _is_mail(head: bytes) -> bool:
    """Whether a text begins with headers, some of which only mails have."""
    found: set[bytes] = set()
    at = len(head) - len(head.lstrip(mbox.BEFORE))
    while 0 <= at < len(head):
        name = _HEADER_LINE.match(head, at)
        if name and (known := name[1].lower()) in _OF_MAILS:
            found.add(known)
            if len(found) == _ENOUGH:
                return True
        if not name and not (found and head[at : at + 1] in {b" ", b"\t"}):
            return False
        at = head.find(b"\n", at) + 1 or -1
    return False


def decode(file: SourceFile, settings: SourceSettings) -> Decoded:
    """Return a record for each mail of a file; SourceError where it holds none."""
    # most mails of a folder are small and not packed: each is opened and read once
    head = files.head_of(file.path)
    if head.startswith(files.GZIP_MAGIC):
        with files.open_plain(file.path) as plain:
            head = plain.read(files.HEAD_BYTES)
    if not head:
        raise SourceError("The export is empty (0 bytes).", where=file.shown, hint="Export it again.")
    told: list[str] = []
    if msg.is_ole(head):
        records = msg.records(file, told)
    elif mbox.begins(head):
        records = _mailbox(file, head, settings, told)
    elif _is_mail(head):
        records = _single(file, head, settings, told)
    else:
        raise SourceError(
            "The file holds no mail: it begins neither with headers nor as a mailbox does.",
            where=file.shown,
            hint="Export the mails as mbox, EML or MSG.",
        )
    return Decoded(mail_head.FIELDS, records, told)


def _mailbox(
    file: SourceFile, head: bytes, settings: SourceSettings, told: list[str]
) -> Iterator[Record | Refused]:
    seen: Counter[str] = Counter()
    with _rest(file, head) as plain:
        box = mbox.Mailbox(plain, b"" if plain else head)
        for mail in box.mails():
            yield _record(mail, settings, seen)
    told += mail_head.sentences(file.shown, seen)
    if box.passed_over:
        told.append(
            f"{file.shown}: {box.passed_over:,} lines in bodies look like the beginning of a mail; by the stated "
            "lengths of the mails around them they are none."
        )


def _single(
    file: SourceFile, head: bytes, settings: SourceSettings, told: list[str]
) -> Iterator[Record | Refused]:
    seen: Counter[str] = Counter()
    with _rest(file, head) as plain:
        yield _record(mbox.Mailbox(plain, b"" if plain else head).one(), settings, seen)
    told += mail_head.sentences(file.shown, seen)


def _rest(file: SourceFile, head: bytes) -> AbstractContextManager[IO[bytes] | None]:
    """Open a file again, if its head is not all of it."""
    return files.open_plain(file.path) if len(head) == files.HEAD_BYTES else nullcontext()


def _record(mail: mbox.RawMail, settings: SourceSettings, seen: Counter[str]) -> Record | Refused:
    if mail.is_endless:
        shown = mail.head[: files.HEAD_BYTES].decode("latin-1")
        return Refused(f"has more than {mbox.MAX_HEAD_BYTES >> 20} MB of headers", shown)
    found = mail_head.headers(mail.head, settings.encoding)
    return mail_head.record(found, mail.body, mail.envelope, seen)
