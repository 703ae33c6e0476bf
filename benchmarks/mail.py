"""Time the reading of mails beside the standard library merely parsing their headers, all in one run.

    python benchmarks/mail.py [--mails 20000] [--rounds 3] [--folder FOLDER]

The standard library iterates over the mailbox and parses the headers of each mail, nothing else. cspaudit reads the
same mailbox into its typed staging table: headers, addresses, encoded words, times, every record tested. The same for a
folder of single mails, read as one source. Every side runs in a process of its own, in turns; the best round counts.
Nothing here passes or fails by a time; the aim is 1.3.
"""

import argparse
import mailbox
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime
from pathlib import Path
from typing import IO, Any

from run import Measured, best, measure

from cspaudit import resources
from cspaudit.model import engagement
from cspaudit.sources import formats
from cspaudit.sources.load import plan_sources
from cspaudit.sources.source import read_source
from cspaudit.warehouse.duckdb_warehouse import Warehouse

LIBRARY, AUDIT = "standard library, headers only", "cspaudit, typed and tested"
KINDS = ("mailbox", "single mails")
MAILBOX, FOLDER = "mails.mbox", "single"
FIRST = datetime(2026, 7, 1, tzinfo=timezone(timedelta(hours=2)))
ENGAGEMENT = """
[engagement]
title = "Benchmark"
start = 2026-07-01
end = 2026-10-01
as_of = 2026-10-15T00:00:00Z

[[partner]]
id = "fabrikam"
name = "Fabrikam Cloud GmbH"
tier = "direct_bill"
timezone = "Europe/Berlin"
domains = ["fabrikam.example"]

[[source]]
path = "{path}"
mapping = "mail"
"""
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"


def mail(number: int, chance: random.Random) -> str:
    """Return one mail such as a server stores it: four hops, a signature, names that need quotes, now and then umlauts."""
    when = format_datetime(FIRST + timedelta(seconds=37 * number))
    kim = f"kim{number % 500}@contoso.example"
    hops = "".join(
        f"Received: from mx{hop}.fabrikam.example (mx{hop}.fabrikam.example [192.0.2.{hop}])\n"
        f"\tby mail{hop}.contoso.example (Postfix) with ESMTPS id 4X{number}{hop}\n\tfor <{kim}>; {when}\n"
        for hop in range(4)
    )
    signature = "\n\t ".join("".join(chance.choices(SIGNS, k=70)) for _ in range(5))
    subject = f"Re: Your request {number}"
    if number % 3 == 0:
        subject = f"=?utf-8?B?UsOpcG9uc2Ugw6Agdm90cmUgZGVtYW5kZQ==?= {number}"
    words = "".join(
        f"Some words of an ordinary answer, as people write them every day, number {line}.\n"
        for line in range(chance.randint(5, 60))
    )
    return (
        f"Return-Path: <help@fabrikam.example>\nDelivered-To: {kim}\n{hops}"
        "Authentication-Results: mx.contoso.example; dkim=pass header.d=fabrikam.example;\n"
        "\tspf=pass smtp.mailfrom=help@fabrikam.example; dmarc=pass (p=none) header.from=fabrikam.example\n"
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=fabrikam.example; s=s1;\n"
        f"\th=from:to:subject:date:message-id; bh={'A' * 43}=;\n\tb={signature}\n"
        f'From: "Fabrikam, Help Desk" <help@fabrikam.example>\nTo: Kim Lee <{kim}>\n'
        f'Cc: lee{number % 90}@contoso.example, "Operations" <ops@contoso.example>\nSubject: {subject}\nDate: {when}\n'
        f"Message-ID: <{number}.{chance.random()}@fabrikam.example>\nIn-Reply-To: <{number - 1}@contoso.example>\n"
        f"References: <{number - 2}@contoso.example> <{number - 1}@contoso.example>\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/alternative; boundary="b{number}"\nContent-Language: en-US\n'
        "X-MS-Has-Attach: no\nX-Mailer: Example 1.0\nX-Spam-Status: No, score=-1.9\nX-Priority: 3\n"
        f"Auto-Submitted: no\n\n{words}\n"
    )


def write(folder: Path, mails: int) -> None:
    """Write the same mails as a mailbox and as single files."""
    chance = random.Random(7)
    (folder / FOLDER).mkdir()
    with (folder / MAILBOX).open("w", encoding="ascii") as box:
        for number in range(mails):
            text = mail(number, chance)
            box.write(f"From help@fabrikam.example Wed Jul  1 00:00:00 2026\n{text}")
            (folder / FOLDER / f"{number:07}.eml").write_text(
                text.replace("\n", "\r\n"), encoding="ascii", newline=""
            )


def with_library(folder: Path, kind: str) -> int:
    """Parse the headers of every mail, and return how many there are."""
    parser = BytesParser(policy=compat32)

    def parse(file: IO[Any]) -> Any:
        return parser.parse(file, headersonly=True)

    if kind == KINDS[0]:
        return sum(1 for _ in mailbox.mbox(folder / MAILBOX, factory=parse))
    return sum(1 for _ in _parsed(folder / FOLDER, parse))


def _parsed(folder: Path, parse: Callable[[IO[Any]], Any]) -> Iterator[Any]:
    for path in sorted(folder.glob("*.eml")):
        with path.open("rb") as file:
            yield parse(file)


def with_audit(folder: Path, kind: str) -> int:
    """Read every mail into a typed staging table, and return how many lie there."""
    path = MAILBOX if kind == KINDS[0] else f"{FOLDER}/*.eml"
    with tempfile.TemporaryDirectory() as staging:
        (folder / "cspaudit.toml").write_text(ENGAGEMENT.format(path=path), encoding="utf-8")
        stated = engagement.load(folder)
        (plan,) = plan_sources(stated, resources.mappings())
        with Warehouse(Path(staging)) as warehouse:
            loaded = read_source(warehouse, stated.sources[0], plan, stated, "stage")
            return sum(staged.records for staged in loaded.files)


def one_side(folder: Path, kind: str, side: str) -> None:
    """Read once, and print how many mails there were and how long it took: on the wall and of CPU."""
    read = with_library if side == LIBRARY else with_audit
    # imports are no part of reading, on either side
    formats.decoder("mail")
    begun, begun_cpu = time.perf_counter(), time.process_time()
    mails = read(folder, kind)
    print(mails, time.perf_counter() - begun, time.process_time() - begun_cpu)


def compared(folder: Path, rounds: int) -> str:
    """Return the table of both kinds and both sides."""
    lines = [
        "| mails as | side | wall | CPU | wall ratio | CPU ratio | peak memory |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for kind in KINDS:
        found: dict[str, Measured] = {}
        for side in (LIBRARY, AUDIT):
            command = [sys.executable, __file__, "--folder", str(folder), "--kind", kind, "--side", side]
            runs = [measure(command) for _ in range(rounds)]
            # each side measures itself
            own = [
                Measured(float(wall), float(cpu), run.peak, mails)
                for run in runs
                for mails, wall, cpu in [run.stdout.split()]
            ]
            found[side] = best(own)
        if found[LIBRARY].stdout != found[AUDIT].stdout:
            raise SystemExit(f"{kind}: {found[LIBRARY].stdout} mails, and {found[AUDIT].stdout}.")
        bare = found[LIBRARY]
        lines += [
            f"| {kind}, {one.stdout} | {side} | {one.wall:.2f} s | {one.cpu:.2f} s | {one.wall / bare.wall:.2f} | "
            f"{one.cpu / bare.cpu:.2f} | {one.peak / 1e6:.0f} MB |"
            for side, one in found.items()
        ]
    return "\n".join(lines)


def main() -> None:
    """Write the mails, time both sides, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--side", choices=(LIBRARY, AUDIT))
    asked = parser.parse_args()
    if asked.side:
        one_side(asked.folder, asked.kind, asked.side)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(exist_ok=True)
        write(folder, asked.mails)
        print(compared(folder, asked.rounds))


if __name__ == "__main__":
    main()
