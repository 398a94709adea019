import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { runInMemory } from '../testing/run-in-memory.ts';

/* Connections and raw octets: what a scenario can do to them, and what it hears of them. */

const two = (alice: string, bob: string, transport = 'tcp', more = ''): string => `
version: 1
name: two
timeout: 4 s
actors:
  alice:
    transport: ${transport}
    ${more}
    target: sip:bob@\${bob}
    steps: [${alice}]
  bob:
    transport: ${transport}
    target: sip:alice@\${alice}
    steps: [${bob}]
`;
const OPTIONS = (branch: string): string =>
  `"OPTIONS sip:bob@\${bob} SIP/2.0\\r\\nVia: SIP/2.0/UDP \${alice};branch=${branch}\\r\\nFrom: <sip:a@x>;tag=1\\r\\nTo: <sip:b@x>\\r\\nCall-ID: raw-1\\r\\nCSeq: 1 OPTIONS\\r\\nMax-Forwards: 70\\r\\nContent-Length: 0\\r\\n\\r\\n"`;

describe('a connection', () => {
  it('that an actor cuts is lost for the other, and the next request opens another', async () => {
    const text = two(
      '{ send: OPTIONS }, { expect: 200 }, { disconnect: {} }, { send: OPTIONS }, { expect: 200 }',
      '{ expect: OPTIONS }, { send: 200 }, { disconnected: {} }, { expect: OPTIONS }, { send: 200 }',
    );
    expect(await runInMemory(text)).toMatchObject({ outcome: 'pass' });
  });

  it('that is cut by the actor itself is no loss it waits for', async () => {
    const text = two(
      '{ send: OPTIONS }, { expect: 200 }, { disconnect: {} }, { disconnected: { within: 1 s } }',
      '{ expect: OPTIONS }, { send: 200 }, { wait: 2 s }',
    );
    const { outcome, reason } = await runInMemory(text);
    expect(outcome).toBe('fail');
    expect(reason).toContain('expected the loss of a connection, and none was lost in time');
  });

  it('is nothing that UDP has', () => {
    const compiled = compile(two('{ disconnect: {} }', '{ wait: 1 s }', 'udp', 'tls: { verify: false }'));
    expect(compiled).toMatchObject({
      isValid: false,
      diagnostics: [
        { line: 7, message: 'alice talks over udp, which has no connection that could be lost' },
        { line: 8, message: 'alice talks over udp, which shows no certificate' },
      ],
    });
  });
});

describe('raw octets', () => {
  it.each(['z9hG4bKraw', 'old'])('are answered, whatever their branch: %s', async (branch) => {
    const text = two(
      `{ raw: ${OPTIONS(branch)} }, { expect: { status: 200, headers: { Call-ID: raw-1 } } }`,
      '{ expect: OPTIONS }, { send: 200 }',
      'udp',
    );
    expect(await runInMemory(text)).toMatchObject({ outcome: 'pass' });
  });

  it('that nobody answers fail the step that waits for it', async () => {
    const text = two(`{ raw: ${OPTIONS('z9hG4bKraw')} }, { expect: 200 }`, '{ wait: 1 s }', 'udp');
    const { outcome, reason } = await runInMemory(text);
    expect(outcome).toBe('fail');
    expect(reason).toContain('expected 200, which did not come in time');
  });

  it('go in pieces over a stream only', () => {
    const raw = '{ raw: { lines: "x", pieceOctets: 2 } }';
    expect(compile(two(raw, '{ wait: 1 s }')).isValid).toBe(true);
    expect(compile(two(raw, '{ wait: 1 s }', 'ws'))).toMatchObject({
      diagnostics: [{ message: 'alice talks over ws, where a message cannot come in pieces' }],
    });
    expect(compile(two('{ raw: { lines: "x", pause: 1 s } }', '{ wait: 1 s }'))).toMatchObject({
      isValid: false,
    });
  });
});
