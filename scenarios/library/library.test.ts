import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runSipctl } from '../../app/cli/testing/run-sipctl.ts';
import { formatAddress } from '../../stack/core/address.ts';
import type { CapturedMessage } from '../../stack/transport/capture.ts';
import { compile } from '../engine/compile.ts';
import { NODE_RULES } from '../../app/servers/scenario-nodes/node-options.ts';
import { runShipped, type Shipped, shippedIn } from '../../app/servers/testing/shipped-scenarios.ts';
import { makeScenario, type RecordedMessage } from '../traffic/make-scenario.ts';

/* Every scenario that ships runs against its counterpart: a mode of siphond, or the other actors of its file. In virtual time. */

const folder = fileURLToPath(new URL('.', import.meta.url));
const library = shippedIn(folder);
const needsSockets = ({ tags }: Shipped): boolean => tags.includes('sockets');

/** What is made of their recording does not pass again, and why. */
const NOT_AGAIN: Readonly<Record<string, string>> = {
  'malformed/bad-cseq.yaml': 'the actor writes CSeq itself',
  'calls/early-offer-refused.yaml': 'the actor offers what it can itself',
  'registration/re-register.yaml': 'the actor writes CSeq itself',
  'malformed/two-to-headers.yaml': 'the actor writes To itself',
  'malformed/too-large-for-a-connection.yaml': 'its body never comes',
  'proxy/loop.yaml': 'the registrations are not its own',
  'registration/thousand-users.yaml': 'a thousand runs are no one scenario',
  'proxy/max-forwards.yaml': 'the actor calls itself: a request comes back with the Call-ID it was sent with',
};

describe('the library', () => {
  it('has at least forty scenarios, and every one has a name and a description', () => {
    expect(library.length).toBeGreaterThanOrEqual(40);
    for (const { file, name, description } of library) {
      expect(name, file).toMatch(/\S/);
      expect(description, file).toMatch(/\.$/);
    }
  });

  it.each(library.filter(needsSockets))(
    '$file, over sockets: certificates are not part of the network in memory',
    async ({ file, expectedFailure }) => {
      const { stdout, exitCode } = await runSipctl(['run', join(folder, file)]);
      expect(stdout).toContain(expectedFailure ?? 'Passed in');
      expect(exitCode).toBe(expectedFailure === undefined ? 0 : 1);
    },
  );

  it.each(library.filter((one) => !needsSockets(one)))(
    '$file',
    async (shipped) => {
      const compiled = compile(shipped.text, shipped.readFile, NODE_RULES);
      expect(compiled.isValid ? compiled.warnings : compiled.diagnostics).toEqual([]);
      const { verdict } = await runShipped(shipped);
      const { expectedFailure } = shipped;
      if (expectedFailure === undefined) expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
      else {
        expect(verdict.outcome).toBe('fail');
        expect(verdict.reason).toContain(expectedFailure);
      }
    },
    60_000,
  );

  /** Malformed messages an actor sends well formed, and of several actors one is played. */
  const recordable = library.filter(
    ({ file, counterpart, actors, expectedFailure }) =>
      counterpart !== undefined &&
      actors.length === 1 &&
      expectedFailure === undefined &&
      !(file in NOT_AGAIN) &&
      !file.startsWith('malformed/rfc4475'),
  );
  it.each(recordable)('$file, recorded and made a scenario of, passes again', async (shipped) => {
    const { crossed } = await runShipped(shipped);
    const made = makeScenario(crossed.map(recordedOf));
    if (made.kind !== 'made') throw new Error(made.reason);
    const again = await runShipped({ ...shipped, text: made.yaml }, { password: 'secret' });
    expect(again.verdict, `${again.verdict.reason ?? ''}\n${made.yaml}`).toMatchObject({ outcome: 'pass' });
  });
});

function recordedOf({ direction, local, remote, ...rest }: CapturedMessage): RecordedMessage {
  const [source, destination] = direction === 'in' ? [remote, local] : [local, remote];
  return { ...rest, source: formatAddress(source), destination: formatAddress(destination) };
}
