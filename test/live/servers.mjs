/** Servers of the live tests, run in a network namespace: `node servers.mjs FOLDER`, which has key.pem and certificate.pem. Says `ready`. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:net';
import { createServer as createTls } from 'node:tls';

const folder = process.argv[2];
const secrets = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/certificate.pem`) };
const listening = [];
const listen = (server, port) => {
  server.on('error', (error) => console.error(error.message));
  listening.push(new Promise((resolve) => server.listen(port, '::', resolve)));
};

listen(
  createHttp((_, response) => response.end('hello over HTTP\n')),
  9080,
);
listen(
  createTls({ ...secrets }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('hello over TLS\n'));
  }),
  8443,
);
// As a ztunnel answers: HTTP/2 CONNECT inside TLS 1.3. (Without client certificates: what they are is not on the wire.)
const hbone = createSecureServer({ ...secrets, minVersion: 'TLSv1.3' });
hbone.on('stream', (stream) => {
  stream.respond({ ':status': 200 });
  stream.on('error', () => {});
  stream.on('data', () => stream.end('hello through the tunnel\n'));
});
hbone.on('sessionError', () => {});
hbone.on('tlsClientError', () => {});
listen(hbone, 15008);
// PostgreSQL's protocol 3.0: AuthenticationOk and ReadyForQuery to the start, one row's worth of nothing to a query.
listen(
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.from('520000000800000000' + '5a0000000549', 'hex'));
      socket.on('data', (data) => {
        if (data[0] === 0x51)
          socket.write(Buffer.concat([Buffer.from('430000000d', 'hex'), Buffer.from('SELECT 1\0'), Buffer.from('5a0000000549', 'hex')]));
      });
    });
  }),
  5432,
);
await Promise.all(listening);
console.log('ready');
