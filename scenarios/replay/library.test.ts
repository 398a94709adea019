import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { counterpartLab, runShipped, shippedIn } from '../../app/servers/testing/shipped-scenarios.ts';
import { recordedOf, replayInMemory } from '../testing/replay-in-memory.ts';

/* Every scenario of the library that talks to a server, recorded and played again by all its actors from other addresses: no difference. */

/** What does not go again as it went, and why. */
const NOT_ALIKE: Readonly<Record<string, string>> = {
  'b2bua/from-tls-to-udp.yaml': 'the server has two listeners, and a target is one',
  'events/publish-is-told.yaml': 'its last message came from the end of the server',
  'events/refresh.yaml': 'its last message came from the end of the server',
  'events/registration-told.yaml': 'its last message came from the end of the server',
  'registration/digest-replayed.yaml': 'the credentials given are right each time',
  'registration/digest-stale.yaml': 'the credentials given are right each time',
  'registration/digest-wrong-password.yaml': 'the credentials given are right each time',
  'registration/wrong-password.yaml': 'the credentials given are right each time',
  'registration/thousand-users.yaml': 'a thousand runs are too many dialogs to look at',
};

const library = shippedIn(fileURLToPath(new URL('../library/', import.meta.url)));
const playable = library.flatMap(({ file, tags, counterpart, ...rest }) =>
  counterpart === undefined || tags.includes('sockets') || file in NOT_ALIKE
    ? []
    : [{ file, counterpart, ...rest }],
);

describe('a recording of the library, played again', () => {
  it('knows only exceptions that are there', () => {
    expect(Object.keys(NOT_ALIKE).filter((file) => library.every((one) => one.file !== file))).toEqual([]);
    expect(playable.length).toBeGreaterThan(120);
  });

  it.each(playable)('$file', async ({ counterpart, ...rest }) => {
    const { crossed } = await runShipped({ counterpart, ...rest });
    const messages = crossed.map(recordedOf);
    const ends = new Set(messages.flatMap(({ source, destination }) => [source, destination]));
    const [account] = Object.entries(counterpart.authUsers ?? {});
    const lab = counterpartLab(counterpart);
    try {
      const { comparison, verdict } = await replayInMemory(messages, {
        lab,
        lanes: [...ends].filter((end) => !end.startsWith('10.0.0.1:')),
        port: 5070,
        ...(account && { account: { user: account[0], password: account[1] } }),
      });
      expect(comparison?.differences).toEqual([]);
      expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    } finally {
      await lab.close();
    }
  });
});
