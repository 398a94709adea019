import { ContractError } from '../../../contract/errors.ts';
import type { Listener } from '../../../contract/servers.ts';
import {
  NodeRefusal,
  type LaunchNode,
  type NodeListener,
  type NodeOrders,
  type NodeProblem,
} from '../../../servers/node-protocol.ts';

/** A node that does what a test says. */
export interface FakeNode {
  readonly orders: NodeOrders;
  readonly listener: NodeListener;
  /** Every listener is bound. */
  started(listeners?: readonly Listener[]): void;
  refused(problem: NodeProblem): void;
  crashed(exitCode: number, reason: string): void;
  /** What `stop` was called with. */
  readonly stops: number[];
}

/** A launcher without workers: nodes start, fail and crash when told to, and stop at once when asked. */
export function createFakeNodes(): { readonly launch: LaunchNode; readonly nodes: FakeNode[] } {
  const nodes: FakeNode[] = [];
  const launch: LaunchNode = (orders, listener) => {
    let accept: (value: { readonly listeners: readonly Listener[] }) => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    const started = new Promise<{ readonly listeners: readonly Listener[] }>((resolve, refuse) => {
      accept = resolve;
      reject = refuse;
    });
    const stops: number[] = [];
    nodes.push({
      orders,
      listener,
      stops,
      started: (listeners = [{ protocol: 'udp', host: '127.0.0.1', port: 5060 }]) => {
        accept({ listeners });
      },
      refused: (problem) => {
        reject(new NodeRefusal(problem));
        listener.onEnded({ kind: 'stopped' });
      },
      crashed: (exitCode, reason) => {
        listener.onEnded({ kind: 'crashed', exitCode, reason });
      },
    });
    return {
      started,
      ask: () => Promise.reject(new ContractError('gone', 'A node of a test answers nothing.')),
      stop: (graceMs) => {
        stops.push(graceMs);
        reject(
          new NodeRefusal({ code: 'internal', message: 'Stopped while it started.', hint: 'Start it.' }),
        );
        if (stops.length === 1) listener.onEnded({ kind: 'stopped' });
        return Promise.resolve();
      },
    };
  };
  return { launch, nodes };
}
