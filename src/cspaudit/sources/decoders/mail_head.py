"""Makes a record of the headers of one mail. No body is ever read, but for the first bytes of a mail without an id."""

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from cspaudit.sources.decoded import Record, Refused
from cspaudit.sources.decoders import mail_text
from cspaudit.sources.decoders.mail_text import Time

#: the fields of a mail's record; the recipients are parted by line feeds, each with what became of the mail behind a tab
FIELDS = (
    "message_id",
    "sent_at",
    "date",
    "received_at",
    "sender",
    "recipients",
    "subject",
    "in_reply_to",
    "references",
    "thread_id",
    "list_id",
    "is_automated",
    "is_draft",
    "authentication",
    "language",
    "failed_recipients",
    "labels",
)

#: a mail's own date is not believed where the last server received it earlier or later by more
MAX_SKEW = timedelta(hours=24)
#: stands for the recipient where no header names one
UNKNOWN_RECIPIENT = "unknown"
DELIVERED = "delivered"
#: as much of a body as the id of a mail without one is made of
ID_BODY_BYTES = 1024
#: what comes of an Outlook conversation's index before the times of the answers
_CONVERSATION_BYTES = 22

#: header fields that are read
_NAMES = frozenset(
    [
        "authentication-results",
        "auto-submitted",
        "bcc",
        "cc",
        "content-language",
        "content-type",
        "date",
        "delivered-to",
        "envelope-to",
        "from",
        "in-reply-to",
        "list-id",
        "list-post",
        "message-id",
        "precedence",
        "received",
        "references",
        "return-path",
        "sender",
        "subject",
        "thread-index",
        "to",
        "x-autoreply",
        "x-autorespond",
        "x-beenthere",
        "x-delivered-to",
        "x-envelope-to",
        "x-failed-recipients",
        "x-gm-thrid",
        "x-gmail-labels",
        "x-mozilla-draft-info",
        "x-original-to",
        "x-unsent",
    ]
)
#: how programs mostly write them, which is found at once
_SPELLINGS = {
    spelling: name
    for name in _NAMES
    for spelling in (name, name.title(), name.capitalize(), name.title().replace("Id", "ID"))
}
_NEXT_HEADER = re.compile(r"\n(?![ \t])")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:+-]{1,40})", re.IGNORECASE)
_MAILTO = re.compile(r"<mailto:([^>?]+)")
_RESULT = re.compile(r"(?:^|[;\s])(dmarc|spf|dkim)\s*=\s*([a-zA-Z]+)")
_COMMENT = re.compile(r"\([^()]*\)")
_IN_ENVELOPE = re.compile(
    rb"(?:\s[A-Z][a-z]{2,8},?)?\s+(?:[A-Z][a-z]{2}\s+\d{1,2}\b|\d{1,2}\s+[A-Z][a-z]{2}\b).*"
)
_QUOTED_FROM = re.compile(rb"^>+From ", re.MULTILINE)
#: what Gmail calls drafts, in the languages of its pages
_DRAFTS = {
    "draft", "drafts", "entwürfe", "brouillons", "borradores", "bozze", "rascunhos", "concepten", "下書き",
}  # fmt: skip

#: what the report is told of, a sentence a count
TOLD = {
    "skewed": "{n} a date more than 24 hours from the time of receipt, which was taken.",
    "undated": "{n} no date that can be read; the time of receipt was taken.",
    "envelope": "{n} a time in the line before the mail alone; it was taken, as UTC unless the source names a time zone.",
    "zoneless": "{n} a date without a zone, which was taken as UTC.",
    "unnamed": "{n} no message id; one was made of sender, date, subject and the beginning of the text.",
    "unaddressed": "{n} no recipient in any header; it stands as unknown.",
    "hidden": "{n} a sender whose address cannot be read.",
    "drafts": "{n} the mark of a draft that was never sent; drafts are left aside.",
}

#: a mail's header fields, each with the text of every time it stands there
Headers = Mapping[str, Sequence[str]]


def headers(head: bytes, charset: str = "") -> dict[str, list[str]]:
    """Return the fields that are read, unfolded; what stands behind a line that is no header belongs to the body.

    Bytes that are no ASCII are of ``charset``, or of the character set that the mail names for its text.
    """
    is_ascii = head.isascii()
    # as Latin-1 each byte is a sign, so that every field can be read in the character set that is its own
    text = head.decode("latin-1")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    found: dict[str, list[str]] = {}
    for line in _NEXT_HEADER.split(text):
        spelt, colon, value = line.partition(":")
        name = _SPELLINGS.get(spelt)
        if name is None:
            name = spelt.lower() if colon and spelt else " "
            if name not in _NAMES:
                if " " not in name:
                    continue
                name = name.rstrip() if colon and spelt else " "
                if " " in name and line.strip() and not line.startswith(("From ", ">From ")):
                    break
                if name not in _NAMES:
                    continue
        value = value.strip()
        if "\n" in value:
            value = value.replace("\n", "")
        if name in found:
            found[name].append(value)
        else:
            found[name] = [value]
    if is_ascii:
        return found
    if not charset and (named := found.get("content-type")):
        stated = _CHARSET.search(named[0])
        charset = stated[1] if stated else ""
    return {name: [_decoded(text, charset) for text in texts] for name, texts in found.items()}


def _decoded(text: str, charset: str) -> str:
    """Return a field in UTF-8 where it is, which is never chance, else in the character set."""
    if text.isascii():
        return text
    raw = text.encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return mail_text.in_charset(raw, charset)


def record(found: Headers, body: bytes, envelope: bytes, seen: Counter[str]) -> Record | Refused:
    """Return the record of a mail, and count in ``seen`` what is to be told of it."""
    if not found:
        return Refused("is no mail: it has no headers", body[:100].decode("latin-1"))
    date = next((one for text in found.get("date", ()) if (one := mail_text.time(text))), None)
    received = next(
        (one for text in found.get("received", ()) if (one := mail_text.time(text.rpartition(";")[2]))), None
    )
    sent = _sent(date, received, envelope, seen)
    sender = _sender(found, seen)
    subject = mail_text.plain(_text(found, "subject"))
    own_id = mail_text.message_id(found.get("message-id", ()))
    if not own_id:
        seen["unnamed"] += 1
        own_id = made_id(sender, _text(found, "date"), subject, body)
    references = [one for text in found.get("references", ()) for one in mail_text.ids(text)]
    answered = [one for text in found.get("in-reply-to", ()) for one in mail_text.ids(text)]
    labels = mail_text.plain(",".join(found["x-gmail-labels"])) if "x-gmail-labels" in found else ""
    is_draft = _is_draft(found, labels)
    if is_draft:
        seen["drafts"] += 1
    failed = [one for text in found.get("x-failed-recipients", ()) for one in mail_text.addresses(text)]
    return (
        own_id,
        sent,
        date.clock if date else None,
        received.iso_utc if received else None,
        sender,
        _recipients(found, seen),
        subject,
        answered[0] if answered else (references[-1] if references else None),
        " ".join(references),
        _thread(found, references or answered, own_id),
        mail_text.plain(found["list-id"][0]) if "list-id" in found else None,
        _automated(found),
        "true" if is_draft else None,
        _authentication(found, sender),
        _text(found, "content-language").partition(",")[0].strip(),
        ",".join(failed),
        labels,
    )


def _text(found: Headers, name: str) -> str:
    texts = found.get(name)
    return texts[0] if texts else ""


def _sent(date: Time | None, received: Time | None, envelope: bytes, seen: Counter[str]) -> str | None:
    """Return when the mail was sent: as its date says, unless a server's clock says otherwise."""
    if date is None:
        if received is None:
            return _in_envelope(envelope, seen)
        seen["undated"] += 1
        return received.iso_utc
    if received is not None and abs(date.utc - received.utc) > MAX_SKEW:
        seen["skewed"] += 1
        return received.iso_utc
    if not date.has_zone:
        seen["zoneless"] += 1
    return date.iso_utc


def _in_envelope(envelope: bytes, seen: Counter[str]) -> str | None:
    """Return the time in the line before a mail; its clock is somebody's local one, so it mostly has no offset."""
    line = _IN_ENVELOPE.search(envelope)
    stated = mail_text.time(line[0].decode("latin-1").strip()) if line else None
    if stated is None:
        return None
    seen["envelope"] += 1
    return stated.iso_utc if stated.has_zone else stated.utc.isoformat()


def _sender(found: Headers, seen: Counter[str]) -> str:
    """Return the address a mail is from; of several authors, or where none is named, that of who sent it."""
    own = [one for text in found.get("from", ()) for one in mail_text.addresses(text)]
    if len(own) == 1:
        return own[0]
    others = [one for text in found.get("sender", ()) for one in mail_text.addresses(text)]
    if len(others) == 1:
        return others[0]
    if own:
        return ", ".join(own)
    named = mail_text.plain(_text(found, "from"))
    if not named:
        path = mail_text.addresses(_text(found, "return-path"))
        named = path[0] if path else ""
    seen["hidden"] += "@" not in named or " " in named
    return named


def _recipients(found: Headers, seen: Counter[str]) -> str:
    named = _addresses(found, "to", "cc", "bcc")
    arrived = _addresses(
        found, "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"
    )
    # a copy that no other header tells of; within one domain it is another name of a recipient
    domains = {one.rpartition("@")[2] for one in named}
    copies = [one for one in arrived if one not in named and one.rpartition("@")[2] not in domains]
    everyone = [*named, *copies]
    if not everyone:
        listed = [one for text in found.get("list-post", ()) for one in _MAILTO.findall(text)]
        listed += found.get("x-beenthere", ())
        everyone = list(dict.fromkeys(one for text in listed for one in mail_text.addresses(text)))
    if not everyone:
        seen["unaddressed"] += 1
        return f"{UNKNOWN_RECIPIENT}\t"
    is_in = arrived if "received" in found else ()
    return "\n".join(f"{one}\t{DELIVERED if one in is_in else ''}" for one in everyone)


def _addresses(found: Headers, *names: str) -> dict[str, None]:
    """Return the addresses in some headers once each, in their order."""
    addresses: dict[str, None] = {}
    for name in names:
        if name in found:
            for text in found[name]:
                addresses.update(dict.fromkeys(mail_text.addresses(text)))
    return addresses


def _thread(found: Headers, earlier: Sequence[str], own_id: str) -> str:
    """Return what the mails of a conversation have in common."""
    if gmail := _text(found, "x-gm-thrid"):
        return gmail
    if earlier:
        return earlier[0]
    if index := _text(found, "thread-index"):
        try:
            raw = base64.b64decode(index.encode("ascii", "replace"), validate=False)
        except binascii.Error:
            return own_id
        if len(raw) > _CONVERSATION_BYTES:
            return raw[:_CONVERSATION_BYTES].hex()
    return own_id


def _automated(found: Headers) -> str | None:
    """Return whether a program wrote the mail; None where no header tells."""
    submitted = _text(found, "auto-submitted").partition(";")[0].strip().lower()
    precedence = _text(found, "precedence").strip().lower()
    is_report = _text(found, "content-type").lower().startswith("multipart/report")
    # a list's programs mark what people write to it
    is_of_list = any(name in found for name in ("list-id", "list-post", "x-beenthere"))
    if submitted.startswith("auto") or is_report or precedence == "auto_reply":
        return "true"
    if _text(found, "return-path").strip() == "<>" or "x-autoreply" in found or "x-autorespond" in found:
        return "true"
    if precedence in {"bulk", "junk"} and not is_of_list:
        return "true"
    return "false" if submitted == "no" else None


def _is_draft(found: Headers, labels: str) -> bool:
    if _text(found, "x-unsent").strip() == "1":
        return True
    if "x-mozilla-draft-info" in found and "received" not in found:
        return True
    return any(one.strip(' "').casefold() in _DRAFTS for one in labels.split(",")) if labels else False


def _authentication(found: Headers, sender: str) -> str | None:
    """Return what the last server found of the sender's authentication; headers below may be the sender's own."""
    said = _text(found, "authentication-results")
    if not said:
        return None
    text = _COMMENT.sub("", said) if "(" in said else said
    results: dict[str, set[str]] = {}
    for kind, result in _RESULT.findall(text):
        results.setdefault(kind, set()).add(result.lower())
    dmarc = results.get("dmarc", set())
    if dmarc in ({"pass"}, {"fail"}):
        return dmarc.pop()
    domain = sender.rpartition("@")[2]
    if "pass" in results.get("dkim", ()) and _names(text, r"header\.[di]", domain):
        return "pass"
    if "pass" in results.get("spf", ()) and _names(text, r"smtp\.mailfrom", domain):
        return "pass"
    if results and set().union(*results.values()) == {"none"}:
        return "none"
    return "unknown"


def _names(text: str, what: str, domain: str) -> bool:
    found = re.findall(rf"\b{what}\s*=\s*\"?([^\s;\"]+)", text)
    return bool(domain) and any(one.lower().rpartition("@")[2] == domain for one in found)


def made_id(sender: str, date: str, subject: str, body: bytes) -> str:
    """Return the id of a mail that has none, the same in every copy: SHA-256 of sender, date, subject, beginning."""
    # mailboxes have other line ends than single mails, and mark lines that begin with "From "
    text = _QUOTED_FROM.sub(b"From ", body.replace(b"\r\n", b"\n"))[:ID_BODY_BYTES].rstrip(b"\n")
    parts = "\n".join((sender, mail_text.plain(date), subject)).encode("utf-8", "replace")
    seen = hashlib.sha256(parts + b"\n" + text)
    return f"sha256:{seen.hexdigest()}"


def sentences(shown: str, seen: Counter[str]) -> list[str]:
    """Return what is to be told of a file's mails."""
    if not seen:
        return []
    return [
        f"{shown}: {text.format(n='1 mail has' if count == 1 else f'{count:,} mails have')}"
        for what, text in TOLD.items()
        if (count := seen.get(what))
    ]
