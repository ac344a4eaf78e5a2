import { describe, expect, test } from 'vitest';
import { ascii, batches, joined, only, type Row, reduce, reduceBatches, Talk } from './scene.ts';
import { CLIENT_FLIGHT, clientHello, record, SERVER_FLIGHT } from './tls.ts';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('TLS after a readable beginning', () => {
  const tunnel = (talk: Talk): Talk => talk.server(SERVER_FLIGHT).client(CLIENT_FLIGHT).server(record(23, 60)).client(record(23, 90)).close();
  const check = (talk: Talk, exposed: number): Row => {
    const row = only(reduce(tunnel(talk).frames));
    expect(row.seen).toEqual(expect.arrayContaining(['upgraded', 'established', 'clientReadable', 'clientHello']));
    expect(row.exposed).toBe(exposed);
    return row;
  };

  test('CONNECT', () => {
    const [ask, answer] = ['CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n', 'HTTP/1.1 200 Connection established\r\n\r\n'];
    check(
      new Talk()
        .handshake()
        .client(ask)
        .server(answer)
        .client(clientHello({ sni: 'example.com' })),
      ask.length + answer.length,
    );
  });

  test('STARTTLS', () => {
    const lines = ['220 mail ESMTP\r\n', 'EHLO me\r\n', '250-mail\r\n250 STARTTLS\r\n', 'STARTTLS\r\n', '220 go ahead\r\n'] as const;
    const talk = new Talk().handshake().server(lines[0]).client(lines[1]).server(lines[2]).client(lines[3]).server(lines[4]);
    check(talk.client(clientHello()), lines.join('').length);
  });

  test('PostgreSQL: SSLRequest, one letter, hello', () => {
    const ask = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);
    const row = check(
      new Talk()
        .handshake()
        .client(ask)
        .server('S')
        .client(clientHello({ alpn: ['postgresql'] })),
      9,
    );
    expect(row).toMatchObject({ application: 'postgresql', alpn: 'postgresql' });
    const clear = only(
      reduce(
        new Talk()
          .handshake()
          .client(ask)
          .server('N')
          .client(startup('reviews'))
          .server(joined(ascii('R'), new Uint8Array([0, 0, 0, 8, 0, 0, 0, 0])))
          .close().frames,
      ),
    );
    expect(clear.seen).not.toContain('tls');
    expect(clear.exposed).toBe(clear.sent + clear.received);
  });

  test('MySQL: the server speaks first, the hello follows its request at once', () => {
    const greeting = joined(
      new Uint8Array([74, 0, 0, 0, 10]),
      ascii('8.0.36'),
      new Uint8Array([0, 9, 0, 0, 0]),
      ascii('abcdefgh'),
      new Uint8Array([0, 255, 255, 255, 2, 0, 255, 223, 21]),
      new Uint8Array(10),
      ascii('abcdefghijkl'),
      new Uint8Array([0]),
      ascii('caching_sha2_password'),
      new Uint8Array([0]),
    );
    const request = joined(new Uint8Array([32, 0, 0, 1, 133, 174, 255, 25, 0, 0, 0, 1, 255]), new Uint8Array(23));
    check(
      new Talk()
        .handshake()
        .server(greeting)
        .client(request)
        .client(clientHello({ alpn: [] })),
      greeting.length + request.length,
    );
    check(
      new Talk()
        .handshake()
        .server(greeting)
        .client(joined(request, clientHello({ alpn: [] }))),
      greeting.length + request.length,
    );
  });

  test('a PROXY header in the hello’s own segment', () => {
    const header = ascii('PROXY TCP4 10.0.0.1 10.0.0.2 40000 443\r\n');
    check(new Talk().handshake().client(joined(header, clientHello())), header.length);
    const clear = only(
      reduce(
        new Talk()
          .handshake()
          .client(joined(header, ascii(GET)))
          .server('HTTP/1.1 200 OK\r\n\r\n')
          .close().frames,
      ),
    );
    expect(clear).toMatchObject({ application: 'http', exposed: header.length + GET.length + 19 });
  });

  test('what was told as readable is told again as TLS', () => {
    const talk = new Talk()
      .handshake()
      .server('220 mail ESMTP\r\n')
      .client('EHLO me\r\n')
      .server('250 STARTTLS\r\n')
      .client('STARTTLS\r\n')
      .server('220 go\r\n')
      .client(clientHello());
    const { told } = reduceBatches(batches(tunnel(talk).frames));
    expect(told.map(({ seen }) => seen.includes('established'))).toEqual([false, true]);
  });

  test('a hello cut in two', () => {
    const hello = clientHello();
    const ask = 'CONNECT a:443 HTTP/1.1\r\n\r\n';
    check(new Talk().handshake().client(ask).client(hello.slice(0, 50)).client(hello.slice(50)), ask.length);
  });

  test('bytes that only look like the beginning of a hello stay readable', () => {
    const fake = joined(new Uint8Array([22, 3, 1, 0, 100, 1, 0, 0, 5]), new Uint8Array(80).fill(65));
    const row = only(reduce(new Talk().handshake().client(GET).client(fake).client(GET).close().frames));
    expect(row.seen).not.toContain('tls');
    expect(row.exposed).toBe(row.sent);
  });
});

test('a hello that is answered in clear is no TLS connection, and what was answered is exposed', () => {
  const row = only(reduce(new Talk().handshake().client(clientHello()).server('HTTP/1.1 400 Bad Request\r\n\r\n').close().frames));
  expect(row.seen).toEqual(expect.arrayContaining(['clientHello', 'serverReadable']));
  expect(row.seen).not.toContain('upgraded');
  expect(row.exposed).toBe(28);
});

test('SSH is encrypted by itself, and exposes nothing', () => {
  const row = only(
    reduce(
      new Talk()
        .handshake()
        .server('SSH-2.0-OpenSSH_9.6\r\n')
        .client('SSH-2.0-OpenSSH_9.7\r\n')
        .server(record(99, 500))
        .client(record(98, 300))
        .close().frames,
    ),
  );
  expect(row.seen).toContain('encrypted');
  expect(row).toMatchObject({ application: 'ssh', exposed: 0 });
});

/** PostgreSQL's StartupMessage. */
function startup(user: string): Uint8Array {
  const words = ascii(`user\0${user}\0\0`);
  return joined(new Uint8Array([0, 0, 0, 8 + words.length, 0, 3, 0, 0]), words);
}
