/**
 * Pipes, FIFOs, sockets and terminals, read through `net.Socket`: a read that waits occupies no thread of libuv's pool
 * (four idle FIFOs would hold up every other file), and ends at once when the socket is destroyed.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { ReadStream } from 'node:tty';

/** Four times what a Linux pipe holds by default; each chunk is as much as one read gave. */
const BUFFER_BYTES = 256 * 1024;

/** Bytes of the descriptor `fd` as they come, in one buffer that is reused. The descriptor is closed at the end. Ends without an error when `signal` aborts. */
export async function* readPipe(fd: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let filled = 0;
  let isOver = signal.aborted;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  // False stops reading until `resume`: the buffer is the consumer's for so long.
  const onread = {
    buffer,
    callback: (bytes: number): boolean => {
      filled = bytes;
      wake();
      return false;
    },
  };
  // `onread` is documented for sockets of a descriptor too (nodejs.org/api/net.html#new-netsocketoptions), only not in the types.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = { fd, readable: true, writable: false, onread };
  const socket = new Socket(options);
  const stop = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  socket.once('error', (error) => {
    failure = error;
  });
  socket.once('close', () => {
    isOver = true;
    wake();
  });
  try {
    while (true) {
      if (filled === 0 && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (signal.aborted) return;
      if (filled === 0) break;
      const bytes = filled;
      filled = 0;
      yield buffer.subarray(0, bytes);
      socket.resume();
    }
    if (failure !== undefined) throw failure;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** What is typed at a terminal. */
export async function* readTerminal(fd: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const terminal = new ReadStream(fd);
  const stop = (): void => {
    terminal.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of terminal) yield bytesOf(chunk);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    terminal.destroy();
  }
}

/** A plain Uint8Array: code that meets Buffers as well runs slower. */
export const bytesOf = (chunk: Uint8Array): Uint8Array => new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
