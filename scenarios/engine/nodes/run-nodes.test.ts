import { describe, expect, it } from 'vitest';
import { nodesInLab } from '../../../app/servers/testing/nodes-in-lab.ts';
import { createAgentLab } from '../../../stack/testing/agent-lab.ts';
import { ladderLines, runLadder } from '../../report/run-ladder.ts';
import { runInMemory, type InMemory } from '../../testing/run-in-memory.ts';
import { RunTrace } from '../run-trace.ts';
import { NodeError, type NodeOrder, type StartNode } from './node-port.ts';

/** Nodes that do nothing but listen; it notes what happens to them. */
function recorded(fails?: string) {
  const log: string[] = [];
  const orders: NodeOrder[] = [];
  const startNode: StartNode = (order) => {
    orders.push(order);
    if (order.name === fails) return Promise.reject(new NodeError('UDP 127.0.0.1:5060 is in use'));
    log.push(`start ${order.name}`);
    return Promise.resolve({
      listeners: [
        { transport: 'udp', address: { host: '0.0.0.0', port: 7001 } },
        { transport: 'tcp', address: { host: '10.9.0.1', port: 7002 } },
      ],
      stop: () => {
        log.push(`stop ${order.name}`);
        return Promise.resolve();
      },
    });
  };
  return { log, orders, startNode };
}

const twoNodes = (steps: string): string => `version: 1
name: Two nodes
nodes:
  first: { mode: minimal }
  second: { mode: proxy, nextHop: '\${first_uri}' }
actors:
  alice: { steps: [${steps}] }
`;

const inLab = (text: string, more: Partial<InMemory> = {}) => {
  const lab = createAgentLab();
  return runInMemory(text, { lab, startNode: nodesInLab(lab), ...more });
};

describe('the nodes of a run', () => {
  it('are started in order, before the first step, and stopped after the last', async () => {
    const { log, startNode } = recorded();
    const verdict = await runInMemory(twoNodes('{ wait: 1 s }'), {
      startNode,
      onEnd: () => log.push('over'),
    });
    expect(verdict.outcome).toBe('pass');
    expect(log).toEqual(['start first', 'start second', 'stop first', 'stop second', 'over']);
  });

  it('are stopped when a step fails', async () => {
    const { log, startNode } = recorded();
    expect((await runInMemory(twoNodes('{ check: 1 == 2 }'), { startNode })).outcome).toBe('fail');
    expect(log.slice(2)).toEqual(['stop first', 'stop second']);
  });

  it('are stopped when the run is given up', async () => {
    const { log, startNode } = recorded();
    const signal = AbortSignal.abort();
    expect((await runInMemory(twoNodes('{ wait: 1 h }'), { startNode, signal })).outcome).toBe('stopped');
    expect(log.slice(2)).toEqual(['stop first', 'stop second']);
  });

  it('are stopped when what an actor is cannot be worked out', async () => {
    const { log, startNode } = recorded();
    const text = twoNodes('{ wait: 1 s }').replace('{ steps', '{ user: "${nobody}", steps');
    expect((await runInMemory(text, { startNode })).outcome).toBe('error');
    expect(log.slice(2)).toEqual(['stop first', 'stop second']);
  });

  it('are stopped when one of them cannot be started, which is the verdict', async () => {
    const { log, startNode } = recorded('second');
    expect(await runInMemory(twoNodes('{ wait: 1 s }'), { startNode })).toMatchObject({
      outcome: 'error',
      reason: 'the node second could not start: UDP 127.0.0.1:5060 is in use',
      steps: [],
    });
    expect(log).toEqual(['start first', 'stop first']);
  });

  it('cannot be started where nobody can start them', async () => {
    expect(await runInMemory(twoNodes('{ wait: 1 s }'))).toMatchObject({
      outcome: 'error',
      reason: 'the node first cannot be started here',
    });
  });

  it('know where actors and the nodes before them listen, and actors where they do', async () => {
    const { orders, startNode } = recorded();
    const text = `version: 1
name: Addresses
variables: { secret: '\${uuid()}' }
nodes:
  node: { mode: registrar, domain: ['\${alice_host}', '\${secret}'], authUsers: { alice: '\${secret}' } }
actors:
  alice:
    steps:
      - check: node == "127.0.0.1:7001" && node_host == "127.0.0.1" && node_port == 7001
      - check: node_uri == "sip:127.0.0.1:7001" && node_tcp == "10.9.0.1:7002" && target == node_uri
      - check: target_port == 7001
`;
    const { outcome, reason, variables } = await runInMemory(text, { startNode });
    expect(outcome, reason).toBe('pass');
    const secret = variables['secret'];
    expect(orders[0]?.options).toEqual({
      mode: 'registrar',
      domain: ['10.1.0.1', secret],
      authUsers: { alice: secret },
    });
  });

  it('are reached over the transport of the actor that names them', async () => {
    const text = `version: 1
name: Over TCP
nodes:
  other: { mode: minimal }
  asked: { mode: minimal, udpBind: '127.0.0.1:0', tcpBind: '127.0.0.1:7000' }
actors:
  alice:
    transport: tcp
    target: asked
    steps:
      - { send: OPTIONS, dialog: asked }
      - { expect: 200, dialog: asked }
  bob:
    steps:
      - send: OPTIONS
      - expect: 200
`;
    const trace = new RunTrace();
    const { outcome, reason } = await inLab(text, { trace });
    expect(outcome, reason).toBe('pass');
    const { arrows, lanes } = runLadder(trace.messages);
    expect(
      ladderLines({ arrows, lanes })
        .map((line) => line.slice(13))
        .sort(),
    ).toEqual([
      'alice -> asked  OPTIONS',
      'asked -> alice  200 OK (OPTIONS)',
      'bob -> other  OPTIONS',
      'other -> bob  200 OK (OPTIONS)',
    ]);
    expect(arrows.map(({ destination }) => destination)).toContain('10.2.0.2:7000');
  });

  it('say what expressions made of their options', async () => {
    const text = (ringMs: string): string => `version: 1
name: Options
variables: { ring: ${ringMs} }
nodes:
  uas: { mode: call-server, ringMs: '\${ring}' }
actors:
  alice:
    steps:
      - send: INVITE
      - expect: { status: 200, after: 2 s }
      - bye: {}
`;
    expect((await inLab(text('2000'))).outcome).toBe('pass');
    expect(await inLab(text('soon'))).toMatchObject({
      outcome: 'error',
      reason: 'the node uas could not start: ringMs: expected a whole number from 0 to 180000',
    });
  });

  it('that cannot bind a port are named', async () => {
    const text = `version: 1
name: One port
nodes:
  one: { mode: minimal }
  two: { mode: minimal, udpBind: ['127.0.0.1:7000', '127.0.0.1:7000'] }
actors:
  alice: { steps: [{ wait: 1 s }] }
`;
    expect(await inLab(text)).toMatchObject({
      outcome: 'error',
      reason: 'the node two could not start: 10.2.0.2:7000 is bound already',
    });
  });
});
