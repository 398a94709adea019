import { describe, expect, it } from 'vitest';
import { runInMemory } from '../testing/run-in-memory.ts';

/* The engine as a whole: two actors of one file talk to each other over a network in memory, in virtual time. */

const scenario = (alice: string, bob: string, more = ''): string => `
version: 1
name: two
${more}
actors:
  alice:
    target: sip:bob@10.1.0.2
    steps:
${indented(alice)}
  bob:
    target: sip:alice@10.1.0.1
    steps:
${indented(bob)}
`;
const indented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');

describe('a call', () => {
  it('is made, answered, held, resumed and ended', async () => {
    const verdict = await runInMemory(
      scenario(
        `
- invite: {}
- hold: {}
- resume: {}
- wait: 2 s
- bye: {}`,
        `
- ring: {}
- wait: 3 s
- answer: {}
- expect: { method: INVITE, sdp: { direction: sendonly } }
- send: 200
- expect: ACK
- expect: { method: INVITE, sdp: { direction: sendrecv } }
- send: 200
- expect: ACK
- expect: BYE
- send: 200`,
      ),
    );
    expect(verdict).toMatchObject({ outcome: 'pass' });
    expect(Math.round(verdict.tookMs / 100)).toBe(50);
  });

  it('is cancelled', async () => {
    const verdict = await runInMemory(
      scenario(
        `
- send: INVITE
- expect: 180
- cancel: {}`,
        `
- ring: {}
- expect: CANCEL
- send: { status: 487, method: INVITE }`,
      ),
    );
    expect(verdict).toMatchObject({ outcome: 'pass' });
  });
});

describe('what is looked for in a message', () => {
  it('becomes variables, of an optional message too; what is not there leaves them empty', async () => {
    const verdict = await runInMemory(
      scenario(
        `
- send: { method: INVITE, from: "Alice <sip:alice@example.com>", headers: { Subject: Lunch at noon } }
- optional: { status: 180, find: [{ in: To, matches: "tag=(?<tag>.+)" }] }
- expect: 200
- check: tag != ""
- bye: {}`,
        `
- expect:
    method: INVITE
    find:
      - { in: Subject, matches: "^LUNCH (?<when>.*)", ignoreCase: true, found: true }
      - { in: From, matches: "(?<who>Bob|Carol)" }
      - { in: message, matches: "Alice <sip:alice@", found: true }
      - { in: body, matches: "m=video", found: false }
- check: when == "at noon" && who == ""
- send: 180
- answer: {}
- expect: BYE
- send: 200`,
      ),
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  });

  it('may come before what is waited for, again and again, and is answered then', async () => {
    const verdict = await runInMemory(
      scenario(
        `
- invite: {}
- optional: { method: MESSAGE, answer: 405 }
- allOf: [SUBSCRIBE, INFO]
- send: { status: 202, method: SUBSCRIBE }
- send: { status: 200, method: INFO }
- optional: { method: INFO, headers: { X-Round: { matches: "(?<last>[0-9])" } }, answer: 200 }
- optional: { method: MESSAGE, answer: 415 }
- expect: BYE
- send: 200
- check: last == "2"`,
        `
- expect: INVITE
- answer: {}
- send: SUBSCRIBE
- send: MESSAGE
- expect: 405
- send: INFO
- allOf: [{ status: 202 }, { status: 200, method: INFO }]
- send: { method: INFO, headers: { X-Round: 1 } }
- expect: 200
- send: MESSAGE
- expect: 415
- send: { method: INFO, headers: { X-Round: 2 } }
- expect: 200
- bye: {}`,
      ),
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  });

  it('is answered once only: what is passed over is not left for the next answer', async () => {
    const verdict = await runInMemory(
      scenario(
        '\n- invite: {}\n- optional: { method: INFO, answer: 200 }\n- expect: MESSAGE\n- send: { status: 200, method: INFO }',
        '\n- expect: INVITE\n- answer: {}\n- send: INFO\n- expect: 200\n- send: MESSAGE\n- expect: 200',
      ),
    );
    expect(verdict.reason).toContain('there is no INFO to answer with 200');
  });

  it('fails when it must be there and is not', async () => {
    const verdict = await runInMemory(
      scenario(
        `
- send: OPTIONS
- expect: 200`,
        `
- expect: { method: OPTIONS, find: [{ in: Subject, matches: lunch, found: true }] }
- send: 200`,
      ),
    );
    expect(verdict.reason).toContain('expected lunch in Subject, which is not there');
  });
});
