import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSipctl } from '../testing/run-sipctl.ts';

/* sipctl run of scenarios with nodes, over real sockets. */

const LIBRARY = fileURLToPath(new URL('../../../scenarios/library/nodes/', import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-nodes-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function file(text: string, name = 'nodes.yaml'): Promise<string> {
  await writeFile(join(dir, name), text);
  return join(dir, name);
}

const scenario = (nodes: string, actor: string): string =>
  `version: 1\nname: Nodes\nnodes:\n${nodes}\nactors:\n  alice:\n${actor}\n`;

const PING = '    steps:\n      - send: OPTIONS\n      - expect: 200';

/** A UDP port that somebody has. */
async function taken(): Promise<{ readonly port: number; readonly free: () => void }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, free: () => socket.close() };
}

describe('sipctl run of a scenario with nodes', () => {
  it.each(readdirSync(LIBRARY).filter((name) => name.endsWith('.yaml')))(
    'passes over sockets without a target: %s',
    async (name) => {
      const { stdout, exitCode } = await runSipctl(['run', join(LIBRARY, name)]);
      expect(stdout).toContain('Passed in');
      expect(exitCode).toBe(0);
    },
  );

  it('has the messages of nodes in its reports and its capture, in lanes of their names', async () => {
    const [html, json, pcap] = ['r.html', 'r.json', 'r.pcapng'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    const path = join(LIBRARY, 'b2bua-chain.yaml');
    const { exitCode } = await runSipctl(
      ['run', path, '--html', html, '--report-json', json, '--pcap', pcap].map(String),
    );
    expect(exitCode).toBe(0);
    const page = await readFile(html, 'utf8');
    for (const lane of ['alice', 'bridge', 'relay', 'bob']) expect(page).toContain(`>${lane}<`);
    const report = await readFile(json, 'utf8');
    expect(report).toContain('"bridge"');
    const traced = await runSipctl(['trace', pcap]);
    // The hop between the two nodes: neither end of it is an actor.
    expect(traced.stdout.match(/INVITE/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('could not run where a node cannot have its port, and says which one', async () => {
    const { port, free } = await taken();
    try {
      const path = await file(
        scenario(`  good: { mode: minimal }\n  bad: { mode: minimal, udpBind: '127.0.0.1:${port}' }`, PING),
      );
      const { stdout, exitCode } = await runSipctl(['run', path]);
      expect(exitCode).toBe(3);
      expect(stdout).toContain(
        `Could not run in 0.0 s: the node bad could not start: UDP 127.0.0.1:${port} is in use.`,
      );
    } finally {
      free();
    }
  });

  it('frees the ports of its nodes, also when it is stopped', async () => {
    const { port, free } = await taken();
    free();
    const path = await file(
      scenario(`  uas: { mode: minimal, udpBind: '127.0.0.1:${port}' }`, `${PING}\n      - wait: 1 h`),
    );
    const stopped = await runSipctl(['run', path], { interruptAt: /expect 200/ });
    expect(stopped.exitCode).toBe(130);
    const again = await runSipctl([
      'run',
      await file(scenario(`  uas: { mode: minimal, udpBind: '127.0.0.1:${port}' }`, PING)),
    ]);
    expect(again.stdout).toContain('Passed in');
  });

  it('reaches nodes over TLS and WebSocket, with the development CA', async () => {
    const nodes = `  uas: { mode: minimal, sipsBind: '127.0.0.1:0', wssBind: '127.0.0.1:0', wsBind: '127.0.0.1:0' }`;
    for (const transport of ['tls', 'wss', 'ws']) {
      const path = await file(scenario(nodes, `    transport: ${transport}\n${PING}`));
      const { stdout } = await runSipctl(['run', path]);
      expect(stdout, transport).toContain('Passed in');
    }
  });

  it('reads the users of a node from a file beside the scenario', async () => {
    await file('alice: secret\n', 'users.yaml');
    const path = await file(
      scenario(
        '  home: { mode: registrar, auth: true, authUsers: users.yaml }',
        '    credentials: { user: alice, password: secret }\n    steps:\n      - register: {}',
      ),
    );
    expect((await runSipctl(['run', path])).stdout).toContain('Passed in');
    await rm(join(dir, 'users.yaml'));
    const { stdout, exitCode } = await runSipctl(['run', path]);
    expect(stdout).toMatch(/the node home could not start: .*users\.yaml cannot be read: /);
    expect(exitCode).toBe(3);
  });

  it('is checked by sipctl validate, whose schema knows the options', async () => {
    const path = await file(scenario('  uas:\n    mode: call-server\n    ringMs: soon', PING));
    const checked = await runSipctl(['validate', path]);
    expect(checked.stdout).toBe(`${path}:6:13: error: ringMs: expected a whole number from 0 to 180000\n`);
    expect(checked.exitCode).toBe(1);
    const { stdout } = await runSipctl(['validate', '--schema']);
    const { properties } = JSON.parse(stdout) as {
      properties: { nodes: { additionalProperties: { properties: Record<string, object> } } };
    };
    const options = properties.nodes.additionalProperties.properties;
    expect(options['ringMs']).toEqual({
      type: 'integer',
      minimum: 0,
      maximum: 180_000,
      default: 0,
      description: 'Time between 180 Ringing and 200 OK.',
    });
    expect(options['cdr']).toBeUndefined();
  });
});
