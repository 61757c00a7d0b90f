"""A mail server for mail.test.js, on python3-aiosmtpd: says its port, then a line of JSON for each message it took.

smtp.py [--cert FILE --key FILE] [--auth]      STARTTLS and AUTH are then demanded
Who is written to decides what happens: later@ 451 at RCPT, never@ 550 at RCPT, later-data@ 451 and never-data@ 550
after the message; a 4xx only the first time for each address.
"""
import argparse
import asyncio
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

seen = set()


def first_time(who):
    if who in seen:
        return False
    seen.add(who)
    return True


class Desk:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('later@') and first_time(address):
            return '451 4.3.0 try again later'
        if address.startswith('never@'):
            return '550 5.1.1 no such user'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        who = envelope.rcpt_tos[0]
        if who.startswith('later-data@') and first_time(who):
            return '451 4.3.0 no room now'
        if who.startswith('never-data@'):
            return '554 5.7.1 not wanted'
        print(json.dumps({
            'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'tls': session.ssl is not None,
            'user': session.auth_data.login.decode() if session.auth_data else None,
            'data': envelope.content.decode('latin-1')}), flush=True)
        return '250 OK'


def check(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data.login == b'parking' and data.password == b's3cret'
    return AuthResult(success=right, handled=right, auth_data=data)


async def main():
    p = argparse.ArgumentParser()
    p.add_argument('--cert')
    p.add_argument('--key')
    p.add_argument('--auth', action='store_true')
    a = p.parse_args()
    tls = None
    if a.cert:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(a.cert, a.key)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Desk(), hostname='localhost', tls_context=tls, require_starttls=tls is not None,
                     authenticator=check if a.auth else None, auth_required=a.auth, auth_require_tls=True),
        '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
