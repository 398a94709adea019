import type { Delivering } from '../agent/deliver.ts';
import type { ResponseResult } from '../agent/result.ts';
import { successOf } from '../events/dialog-end.ts';
import {
  allows,
  refuseWith,
  replyOf,
  requestOptions,
  respondWith,
  sdpBack,
  sdpOn,
  whenAcked,
  type Relayed,
} from './relay.ts';
import { ReliableBridge } from './reliable-bridge.ts';

const NOBODY = { onResult: () => undefined };

/**
 * A re-INVITE: nothing but a 100 is said before the other leg has answered, and its answer is the one that is said. Where both sides ask at
 * once each hears 491 from the other, by us or through us, and tries again by itself.
 * @returns what the PRACKs of the asking side belong to.
 * @rfc 3261 §14, RFC 3725 §7
 */
export function relayInvite(relayed: Relayed): ReliableBridge {
  const { request, source, target } = relayed;
  const reliable = new ReliableBridge(request, relayed.policies.isReliable);
  const { localSdp: before } = target.offers;
  const options = requestOptions(relayed, request);
  let delivering: Pick<Delivering, 'cancel'> | undefined;
  let release: ((sdp: string | undefined) => void) | undefined;
  request.onAbandoned(() => {
    delivering?.cancel();
  });
  const finish = (result: ResponseResult): void => {
    const success = successOf(result);
    reliable.settle(success !== undefined);
    if (!request.isAnswered) {
      if (release !== undefined)
        whenAcked(source, request.message, (ack) => {
          release?.(ack === undefined ? before : sdpOn(relayed, request, ack));
        });
      respondWith(relayed, request, result);
    } else if (success !== undefined) {
      // Whoever asked has given it up in the meantime: the other side goes back to what was agreed.
      release?.(before);
      if (release === undefined && options.body !== undefined && before !== undefined)
        target.send('INVITE', { body: before, isSdpUnchecked: true }, NOBODY);
    }
  };
  request.respond(100);
  target.send(
    'INVITE',
    {
      ...options,
      isGlareTold: true,
      onDelivering: (started) => {
        delivering = started;
      },
      answerLater: (_offer, send) => {
        release = send;
      },
      onReliable: (provisional) => {
        const { message } = provisional.incoming;
        const reply = replyOf(relayed, 'INVITE', message, request.localHost);
        if (reliable.knows !== 'none' && !request.isAnswered) reliable.pass(provisional, reply);
        return undefined;
      },
    },
    {
      onProvisional: ({ message }) => {
        const { startLine } = message;
        if (startLine.kind !== 'response' || startLine.status === 100) return;
        if (message.first('RSeq') !== undefined && reliable.knows !== 'none') return;
        reliable.tell(startLine.status, replyOf(relayed, 'INVITE', message, request.localHost));
      },
      onResult: finish,
    },
  );
  return reliable;
}

/**
 * UPDATE, with or without an offer. A side that does not know it is asked by re-INVITE once the call is answered; a mere refresh is then the
 * business of its leg. @rfc 3311 §5, RFC 4028 §9
 */
export function relayUpdate(relayed: Relayed): void {
  const { request, source, target } = relayed;
  const options = { ...requestOptions(relayed, request), isGlareTold: true };
  target.send('UPDATE', options, {
    onResult: (result) => {
      const isUnknown = result.kind === 'response' && (result.status === 405 || result.status === 501);
      if (!isUnknown || allows(result.message, 'UPDATE')) respondWith(relayed, request, result);
      else if (options.body === undefined) request.respond(200);
      else if (source.state === 'confirmed' && target.state === 'confirmed') {
        target.send('INVITE', options, {
          onResult: (second) => {
            respondWith(relayed, request, second);
          },
        });
      } else refuseWith(relayed, request, 488, undefined);
    },
  });
}

/** PRACK: goes on where the response it is for came from the other leg. @rfc 3262 §4 */
export function relayPrack(relayed: Relayed, reliable: ReliableBridge | undefined): void {
  const { request, source } = relayed;
  const sdp = sdpOn(relayed, request, request.message);
  const isPassed = reliable?.acknowledge(sdp, (result) => {
    const success = successOf(result);
    if (success === undefined) respondWith(relayed, request, result);
    else {
      const body = sdpBack(relayed, 'PRACK', success, request.localHost);
      request.respond(200, body === undefined ? {} : { body });
    }
  });
  if (isPassed === true) return;
  request.respond(source.offers.openSlot === 'PRACK' ? 488 : 200);
}
