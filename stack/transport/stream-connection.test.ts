import { beforeEach, describe, expect, it } from 'vitest';
import { octetText, toBytes } from '../message/octets.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { ByteStream, ByteStreamEvents } from './byte-stream.ts';
import { StreamFramer } from './framing.ts';
import { MessageFramer } from './message-framing.ts';
import { DEFAULT_STREAM_LIMITS, StreamConnection } from './stream-connection.ts';
import { TransportError } from './transport.ts';

/* One connection over a stream that a test holds in its hand: what a peer on a network in memory is too well-behaved for. */
const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 4\r\n\r\nabcd';

class HeldStream implements ByteStream {
  readonly local = { host: '192.0.2.1', port: 5060 };
  readonly remote = { host: '192.0.2.2', port: 40_000 };
  readonly written: string[] = [];
  readonly events: ByteStreamEvents;
  /** Octets wait until this is called, as for a slow reader. */
  readonly takes: (() => void)[] = [];
  ping?: (onPong: () => void) => void;
  isSlow = false;

  constructor(events: ByteStreamEvents) {
    this.events = events;
  }

  write(chunks: readonly Uint8Array[], onTaken: () => void): void {
    this.written.push(chunks.map((chunk) => octetText(chunk)).join(''));
    if (this.isSlow) this.takes.push(onTaken);
    else onTaken();
  }

  close(): void {
    void Promise.resolve().then(() => {
      this.events.onClosed(undefined);
    });
  }

  destroy(): void {
    this.close();
  }
}

let clock: ManualClock;
let log: string[];
let stream: HeldStream;

beforeEach(() => {
  clock = new ManualClock();
  log = [];
});

function connect(isMessages = false, limits: Partial<typeof DEFAULT_STREAM_LIMITS> = {}): StreamConnection {
  const note = (text: string): void => {
    log.push(`${clock.now()} ${text}`);
  };
  return new StreamConnection({
    id: 'c1',
    origin: 'accepted',
    clock,
    limits: { ...DEFAULT_STREAM_LIMITS, ...limits },
    open: (events) => (stream = new HeldStream(events)),
    makeFramer: (events, options) =>
      isMessages ? new MessageFramer(events, options) : new StreamFramer(events, options),
    owner: {
      onOpened: () => {
        note('opened');
      },
      onMessage: (_, bytes) => {
        note(`message ${octetText(bytes).length}`);
      },
      onSent: () => undefined,
      onRetired: () => undefined,
      onEnding: () => undefined,
      onGone: (_, error) => {
        note(`gone ${error?.code ?? ''}`);
      },
      onLimit: (_, limit) => {
        note(`limit ${limit}`);
      },
    },
  });
}

async function receive(text: string): Promise<void> {
  stream.events.onData(toBytes(text));
  await clock.settle();
}

describe('RFC 5626 §4.4.1: keep-alive by CRLF', () => {
  it('sends pings, each after its own delay, and goes on when they are answered', async () => {
    const delays = [20_000, 25_000, 100_000];
    const connection = connect();
    await receive(MESSAGE);
    connection.keepAlive(() => delays.shift() ?? 1e9);
    await clock.advanceAsync(20_000);
    expect(stream.written).toEqual(['\r\n\r\n']);
    await clock.advanceAsync(9999);
    await receive('\r\n');
    await clock.advanceAsync(24_999);
    expect(stream.written).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(stream.written).toEqual(['\r\n\r\n', '\r\n\r\n']);
    connection.close();
    await clock.settle();
    expect([log.slice(1), clock.pending]).toEqual([['54999 gone '], 0]);
  });

  it('takes the flow for failed without a pong in 10 s, whatever else comes', async () => {
    const connection = connect();
    await receive(MESSAGE);
    connection.keepAlive(() => 30_000);
    await clock.advanceAsync(35_000);
    await receive(MESSAGE);
    await clock.advanceAsync(5000);
    expect([log, clock.pending]).toEqual([['0 message 50', '35000 message 50', '40000 gone timed-out'], 0]);
  });

  it('answers pings that come at once by one pong, so that a flood of them fills no queue', async () => {
    const connection = connect();
    await receive('\r\n\r\n'.repeat(1000) + MESSAGE + '\r\n\r\n');
    await receive('\r\n\r\n');
    expect(stream.written).toEqual(['\r\n', '\r\n']);
    connection.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it('tells a pong from the ping of a peer that pings at the same time', async () => {
    const connection = connect();
    await receive(MESSAGE);
    connection.keepAlive(() => 30_000);
    await clock.advanceAsync(30_000);
    await receive('\r\n\r\n\r\n');
    expect(stream.written).toEqual(['\r\n\r\n', '\r\n']);
    await clock.advanceAsync(30_000);
    expect(stream.written).toEqual(['\r\n\r\n', '\r\n', '\r\n\r\n']);
    connection.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it('stops when asked to, and asks no more', async () => {
    const connection = connect();
    await receive(MESSAGE);
    const stop = connection.keepAlive(() => 30_000);
    await clock.advanceAsync(30_000);
    stop();
    await clock.advanceAsync(60_000);
    expect([stream.written, log]).toEqual([['\r\n\r\n'], ['0 message 50']]);
    connection.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it('RFC 7118 §6: uses the ping of the stream where it has one', async () => {
    const connection = connect(true);
    await receive(MESSAGE);
    let answer: (() => void) | undefined;
    stream.ping = (onPong) => {
      answer = onPong;
    };
    connection.keepAlive(() => 30_000);
    await clock.advanceAsync(30_000);
    answer?.();
    await clock.advanceAsync(39_999);
    expect(log).toEqual(['0 message 50']);
    await clock.advanceAsync(1);
    expect([stream.written, log]).toEqual([[], ['0 message 50', '70000 gone timed-out']]);
    expect(clock.pending).toBe(0);
  });
});

describe('streams of messages (RFC 7118 §5.1)', () => {
  it('takes each chunk for a message, CRLFs for keep-alives, and skips empty ones', async () => {
    const connection = connect(true);
    for (const text of [MESSAGE, 'no SIP', '', '\r\n', '\r\n\r\n', MESSAGE + MESSAGE]) await receive(text);
    expect(log).toEqual(['0 message 50', '0 message 6', '0 message 100']);
    expect(stream.written).toEqual(['\r\n']);
    connection.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it('ends for a message past the limits', async () => {
    connect(true, { headerBytes: 10, bodyBytes: 10 });
    await receive('x'.repeat(20));
    await receive('x'.repeat(21));
    expect(log).toEqual(['0 message 20', '0 message 10', '0 limit body-size', '0 gone too-large']);
    expect(clock.pending).toBe(0);
  });
});

describe('a stream of octets', () => {
  it('RFC 3261 §18.3: finds its messages wherever it is cut', async () => {
    const text = `${MESSAGE}\r\n\r\n${MESSAGE}`;
    for (let cut = 0; cut <= text.length; cut++) {
      log = [];
      const connection = connect();
      await receive(text.slice(0, cut));
      await receive(text.slice(cut));
      expect([cut, log, stream.written]).toEqual([cut, ['0 message 50', '0 message 50'], ['\r\n']]);
      connection.close();
      await clock.settle();
    }
    expect(clock.pending).toBe(0);
  });

  it('gives up a reader that is too slow, and tells whose octets were lost', async () => {
    const connection = connect(false, { bufferedBytes: 100 });
    await receive(MESSAGE);
    stream.isSlow = true;
    const failures: string[] = [];
    const send = async (): Promise<void> => {
      connection.send(toBytes('x'.repeat(60)), (error) => failures.push(error.code));
      await clock.settle();
    };
    await send();
    await send();
    stream.takes.shift()?.();
    await send();
    await send();
    expect([failures, log.slice(1)]).toEqual([['timed-out', 'timed-out', 'timed-out'], ['0 gone timed-out']]);
    expect(clock.pending).toBe(0);
  });

  it('names the limit that ends it', async () => {
    const limits = { headerBytes: 200, bodyBytes: 10, messageTimeoutMs: 1000, idleTimeoutMs: 5000 };
    const cases: (readonly [string, string])[] = [
      ['', '1000 limit first-message-time'],
      [MESSAGE, '5000 limit idle-time'],
      ['x'.repeat(201), '0 limit header-block'],
      [MESSAGE.replace('4', '11'), '0 limit body-size'],
    ];
    for (const [text, expected] of cases) {
      clock = new ManualClock();
      log = [];
      connect(false, limits);
      await receive(text);
      await clock.advanceAsync(6000);
      expect(log.filter((line) => line.includes('limit'))).toEqual([expected]);
      expect(clock.pending).toBe(0);
    }
  });

  it('reports the error of the stream', async () => {
    connect();
    stream.events.onClosed(new TransportError('closed', 'reset'));
    await clock.settle();
    expect([log, clock.pending]).toEqual([['0 gone closed'], 0]);
  });
});
