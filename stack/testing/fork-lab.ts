import type { SipMessage } from '../message/message.ts';
import type { ProxyPolicy } from '../proxy/policy.ts';
import { createProxyLab } from './proxy-lab.ts';
import type { RawPeer } from './raw-peer.ts';

export const PROXY = '10.0.0.1';
/** 64*T1. */
export const T1_64 = 32_000;

/** A caller, a proxy, and as many callees as there are q values. */
export const createForkLab = (qs: readonly number[], policy: Partial<ProxyPolicy> = {}) => {
  const base = createProxyLab();
  const { agent, proxy } = base.node(PROXY, { policy: { domains: ['example.com'], ...policy } });
  const alice = base.peer('10.0.0.8');
  const bobs = qs.map((q, place) => {
    const host = `10.0.0.${11 + place}`;
    base.locations.bind('sip:bob@example.com', `sip:bob@${host}`, { q });
    return base.peer(host);
  });
  const bob = (place: number): RawPeer => {
    const peer = bobs[place];
    if (peer === undefined) throw new Error('there is no such callee');
    return peer;
  };
  return {
    ...base,
    agent,
    proxy,
    alice,
    bob,
    heard: (): readonly (readonly string[])[] => bobs.map((peer) => peer.take()),
    request: async (method = 'INVITE', cseq = 1): Promise<void> => {
      alice.send({ method, uri: 'sip:bob@example.com', cseq });
      await base.settle();
    },
    cancel: async (): Promise<void> => {
      alice.send({
        method: 'CANCEL',
        uri: 'sip:bob@example.com',
        branch: 'z9hG4bK-INVITE-1',
        contact: false,
      });
      await base.settle();
    },
    /** A response of a callee to the INVITE it got. */
    answer: async (place: number, status: string, lines: readonly string[] = []): Promise<void> => {
      bob(place).respond(requestOf(bob(place)), status, lines, `b${place}`);
      await base.settle();
    },
    /** The callee answers the CANCEL it got and then the INVITE. */
    giveUp: async (place: number): Promise<void> => {
      const cancel = bob(place).received.find(
        ({ startLine }) => startLine.kind === 'request' && startLine.method === 'CANCEL',
      );
      if (cancel !== undefined) bob(place).respond(cancel, '200 OK');
      bob(place).respond(requestOf(bob(place)), '487 Request Terminated', [], `b${place}`);
      await base.settle();
    },
  };
};

export type ForkLab = ReturnType<typeof createForkLab>;

/** The first request that came. */
export function requestOf(peer: RawPeer): SipMessage {
  const request = peer.received.find(({ startLine }) => startLine.kind === 'request');
  if (request === undefined) throw new Error('no request came');
  return request;
}

/** Lets everything run out and checks that nothing of it is left. */
export const expectNothingLeft = ({ clock, proxy, agent }: ForkLab): void => {
  clock.runAll(400_000);
  const { serverTransactions, clientTransactions } = agent.stats;
  const left = { open: proxy.stats.open, serverTransactions, clientTransactions, timers: clock.pending };
  if (Object.values(left).some((count) => count !== 0)) throw new Error(`left over: ${JSON.stringify(left)}`);
};

/** What alice has heard but the 100 that the transaction layer sends by itself. */
export const upstream = ({ alice }: ForkLab): readonly string[] =>
  alice.take().filter((line) => line !== '100 Trying');
