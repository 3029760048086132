"""A mail server for tests: keeps what it gets in a Maildir and passes nothing on.

    mail-server.py FOLDER PORT TLS_PORT

On PORT clients must say STARTTLS, on TLS_PORT they speak TLS from the first byte; on both they must log
in as `redraw`. FOLDER holds server.pem, server.key and the password; mails end up in FOLDER/inbox, with
the envelope in X-MailFrom and X-RcptTo.

So that refusals can be tested (RFC 5321, section 4.2.1): recipients whose address begins with `later`
are refused for now (451), those that begin with `never` for good (550).
"""

import asyncio
import hmac
import signal
import ssl
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER = b"redraw"


class Inbox(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.lower().startswith("later"):
            return "451 4.3.2 Not now, try again later"
        if address.lower().startswith("never"):
            return "550 5.1.1 No such mailbox, now or ever"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"


async def serve(folder: Path, port: int, tls_port: int) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.load_cert_chain(folder / "server.pem", folder / "server.key")
    password = (folder / "password").read_bytes().strip()
    inbox = Inbox(folder / "inbox")

    def log_in(server, session, envelope, mechanism, given):
        right = (
            isinstance(given, LoginPassword)
            and hmac.compare_digest(given.login, USER)
            and hmac.compare_digest(given.password, password)
        )
        return AuthResult(success=right, handled=False)

    def conversation(**how):
        return SMTP(
            inbox,
            hostname="localhost",
            ident="redraw test mail server",
            enable_SMTPUTF8=True,
            authenticator=log_in,
            auth_required=True,
            **how,
        )

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await loop.create_server(
        lambda: conversation(tls_context=tls, require_starttls=True), "127.0.0.1", port
    )
    # Here TLS was there before SMTP, so SMTP itself sees none and must not ask for it.
    await loop.create_server(
        lambda: conversation(auth_require_tls=False), "127.0.0.1", tls_port, ssl=tls
    )
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
