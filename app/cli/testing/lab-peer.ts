import { createUserAgent, type UserAgent } from '../../../stack/agent/user-agent.ts';
import type { Protocol } from '../../../stack/core/address.ts';
import { createRandomIds } from '../../../stack/core/node/random-ids.ts';
import { createSystemClock, type SystemClock } from '../../../stack/core/node/system-clock.ts';
import { compose, type Handler, type ServerRequest } from '../../../stack/server/handler.ts';
import { call } from '../../../stack/server/handlers/call.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { bindTcp } from '../../../stack/transport/node/tcp.ts';
import { bindUdp } from '../../../stack/transport/node/udp.ts';
import { bindWs } from '../../../stack/transport/node/web-socket.ts';

const BINDERS = { udp: bindUdp, tcp: bindTcp, ws: bindWs } as const;

/** Somebody for sipctl to talk to: a user agent of ours on the loopback, with the handlers of a test. */
export interface LabPeer {
  readonly agent: UserAgent;
  readonly clock: SystemClock;
  readonly port: number;
  /** Method of every request that came, `SUBSCRIBE 0` where Expires says something, oldest first. */
  readonly requests: readonly string[];
  /** Waits until a request of this name has come. */
  heard(request: string): Promise<void>;
  close(): Promise<void>;
}

/** One that rings shortly and answers every call. */
export const startAnsweringPeer = (): Promise<LabPeer> =>
  startLabPeer(() => [call({ isAccepting: true, ringMs: 20, sdpProfile: 'audio-only' })]);

/** @param handlers - made with the agent they serve. */
export async function startLabPeer(
  handlers: (agent: UserAgent, clock: SystemClock) => readonly Handler[],
  {
    protocol = 'udp',
    host = '127.0.0.1',
  }: { readonly protocol?: keyof typeof BINDERS & Protocol; readonly host?: string } = {},
): Promise<LabPeer> {
  const clock = createSystemClock();
  const agent = createUserAgent({
    clock,
    ids: createRandomIds(),
    identity: { product: 'lab', contactUser: 'lab' },
  });
  const transport = await BINDERS[protocol]({ host, port: 0 }, { clock });
  agent.addTransport(transport);
  const requests: string[] = [];
  const waiting = new Set<() => void>();
  agent.serve(compose([recorder(requests, waiting), options(), ...handlers(agent, clock)]));
  return {
    agent,
    clock,
    port: transport.local.port,
    requests,
    heard: (request) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!requests.includes(request)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      await agent.stop(1000);
      await transport.close();
      clock.dispose();
    },
  };
}

/** Writes down what comes, and leaves it to the others. CANCEL, ACK and BYE are answered by the agent itself. */
function recorder(requests: string[], waiting: ReadonlySet<() => void>): Handler {
  return {
    name: 'recorder',
    methods: [],
    explain: () => 'Writes down what comes.',
    handle: (request: ServerRequest, next) => {
      const expires = request.message.first('Expires');
      requests.push(expires === undefined ? request.method : `${request.method} ${expires}`);
      for (const look of [...waiting]) look();
      return next();
    },
  };
}
