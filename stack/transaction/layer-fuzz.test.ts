import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayerHarness } from '../testing/layer-harness.ts';
import { request, requestBytes, responseBytes } from '../testing/sip-messages.ts';

const METHODS = ['INVITE', 'ACK', 'CANCEL', 'OPTIONS', 'BYE'];

/** A few branches, so that messages meet each other's transactions; some of RFC 2543. */
const aMessage = fc
  .record({
    method: fc.constantFrom(...METHODS),
    branch: fc.constantFrom('z9hG4bK1', 'z9hG4bK2', 'z9hG4bK', '1'),
    to: fc.constantFrom('<sip:bob@example.com>', '<sip:bob@example.com>;tag=b1'),
    status: fc.constantFrom(undefined, 100, 180, 200, 404, 487),
  })
  .map(({ method, branch, to, status }) =>
    status === undefined
      ? requestBytes(method, { branch, to })
      : responseBytes(request(method, { branch }), status),
  );

/** Octets changed, cut off, or left out. */
const aMutation = fc
  .tuple(
    aMessage,
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    fc.option(fc.nat(), { freq: 5 }),
  )
  .map(([bytes, changes, length]) => {
    const mutated = bytes.slice(0, length === null ? bytes.length : length % (bytes.length + 1));
    for (const [at, octet] of changes) if (mutated.length > 0) mutated[at % mutated.length] = octet;
    return mutated;
  });

const aStep = fc.record({
  bytes: fc.oneof(aMessage, aMutation),
  waitMs: fc.constantFrom(0, 0, 100, 600, 5000),
  answer: fc.option(fc.constantFrom(100, 180, 200, 408, 486)),
  fails: fc.boolean(),
});

describe.each(['udp', 'tcp'] as const)('the layer under hostile traffic over %s', (protocol) => {
  it('never throws, stays within its limits, and ends by its timers once everything is answered', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const h = new LayerHarness({ protocol, maxTransactions: 4, maxCompletedTransactions: 6 });
        h.request(requestBytes('INVITE', { branch: 'z9hG4bK1' })).cancel();
        h.request(requestBytes('OPTIONS', { branch: 'z9hG4bK2' }));
        for (const { bytes, waitMs, answer, fails } of steps) {
          h.transport.receive(bytes);
          if (answer !== null) h.requests.at(-1)?.respond(answer, bytes);
          if (fails) h.transport.fail('refused');
          h.clock.advance(waitMs);
          expect(h.layer.stats.serverTransactions).toBeLessThanOrEqual(4);
          expect(h.layer.stats.completedTransactions).toBeLessThanOrEqual(6);
        }
        for (const transaction of h.requests) transaction.respond(500, requestBytes('OPTIONS'));
        h.clock.advance(200_000);
        expect(h.layer.stats).toMatchObject({ serverTransactions: 0, completedTransactions: 0 });
        h.layer.dispose();
        expect(h.clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
