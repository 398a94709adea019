import { publish, type PublishOptions } from '../../stack/events/publication/publisher.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { EXIT } from './io.ts';
import { toldOf } from './outcome.ts';
import { GRACE_MS, pause, type AgentTools } from './with-agent.ts';

/**
 * Publishes and refreshes until enough PUBLISH requests were taken, or the command is interrupted, which takes the publication back.
 * @param count - 0: until interrupted.
 * @returns the exit code.
 */
export async function keepPublished(
  { agent, outside, clock, report, signal }: AgentTools,
  what: Pick<PublishOptions, 'event' | 'body' | 'contentType' | 'expiresSec'>,
  count: number,
): Promise<number> {
  const publication = publish(agent, { ...outside, ...what });
  let taken = 0;
  const isGood = await new Promise<boolean>((resolve) => {
    publication.onPublished(({ etag = '', expiresSec }) => {
      taken++;
      const tag = decodeText(etag);
      report('published', {
        text: `entity-tag ${tag} for ${expiresSec} s`,
        tone: 'good',
        fields: { n: taken, etag: tag, expiresSec },
      });
      if (taken === count) resolve(true);
    });
    publication.onFailed((result) => {
      report('failed', toldOf(result));
      if (publication.status === 'ended') resolve(false);
    });
    if (signal.aborted) resolve(true);
    signal.addEventListener('abort', () => resolve(true), { once: true });
  });
  if (signal.aborted && publication.status !== 'ended') {
    const removed = new Promise<void>((resolve) => {
      publication.onStatus((status) => {
        if (status === 'ended') resolve();
      });
    });
    publication.remove();
    const isRemoved = await Promise.race([
      removed.then(() => true),
      pause(clock, GRACE_MS, new AbortController().signal).then(() => false),
    ]);
    report('removed', isRemoved ? { text: '' } : { text: 'no answer; it expires by itself', tone: 'bad' });
  }
  publication.dispose();
  return isGood ? EXIT.ok : EXIT.negative;
}
