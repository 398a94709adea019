import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { createIds } from '../../../stack/core/seeded-ids.ts';
import { createDevCa, type DevCa } from '../../../stack/transport/node/dev-ca.ts';
import { ServerConfig, type ServerConfigInput } from '../../contract/server-config.ts';
import { NodeState, type ConnectionRow } from '../../contract/state.ts';
import { openDevCa } from '../dev-ca-file.ts';
import { startNode, type RunningNode } from '../node.ts';

/* Verified: what a node says of connections over real TLS sockets, with Node's own TLS client at the other end; and that it can cut them. */

const dataDir = mkdtempSync(join(tmpdir(), 'siphon-connections-'));
const cleanups: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

afterAll(() => {
  rmSync(dataDir, { recursive: true });
});

const start = async (input: ServerConfigInput): Promise<RunningNode> => {
  const node = await startNode(
    ServerConfig.parse({ udpBind: [], tcpBind: [], sipsBind: ['127.0.0.1:0'], ...input }),
    { clock: createSystemClock(), ids: createIds('node'), log: silentLogger, dataDir },
  );
  cleanups.push(() => node.stop(0));
  return node;
};

/** A TLS client that asks for the name lab.example, and shows a certificate if it has one. */
const dial = async (node: RunningNode, own?: { certificate: string; key: string }): Promise<TLSSocket> => {
  const { ca } = await openDevCa(dataDir);
  const socket = connect({
    host: '127.0.0.1',
    port: node.listeners[0]?.port ?? 0,
    servername: 'lab.example',
    ca: ca.pem.certificate,
    ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
  });
  cleanups.push(() => {
    socket.destroy();
  });
  // What is refused is told by the table; the socket may be reset by it.
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
};

const OPTIONS = [
  'OPTIONS sip:siphon@127.0.0.1 SIP/2.0',
  'Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK-tls',
  'Max-Forwards: 70',
  'From: <sip:probe@lab.example>;tag=1',
  'To: <sip:siphon@127.0.0.1>',
  'Call-ID: tls-row@lab.example',
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

/** The row of the client, once the server has answered it: its handshake is over then on both sides. */
const rowOf = async (node: RunningNode, socket: TLSSocket): Promise<ConnectionRow> => {
  socket.write(OPTIONS);
  await once(socket, 'data');
  const { connections } = NodeState.parse(await node.ask('state.read', undefined));
  expect(connections.total).toBe(1);
  const [row] = connections.rows;
  if (row === undefined) throw new Error('no row');
  expect(row).toMatchObject({
    protocol: 'tls',
    direction: 'in',
    remote: `127.0.0.1:${socket.localPort ?? 0}`,
    local: `127.0.0.1:${socket.remotePort ?? 0}`,
  });
  return row;
};

const leafOf = (ca: DevCa) => ca.issue({ names: ['probe.lab.example'] });

describe('connections over TLS', () => {
  it('are shown with version, cipher and the name that was asked for; a client that was not asked shows no certificate', async () => {
    const node = await start({});
    const socket = await dial(node);
    const { tls } = await rowOf(node, socket);
    expect(tls).toEqual({
      version: 'TLSv1.3',
      cipher: socket.getCipher().standardName,
      serverName: 'lab.example',
    });
  });

  it('are shown with the version that the server holds to', async () => {
    const node = await start({ tlsMax: '1.2' });
    const { tls } = await rowOf(node, await dial(node));
    expect(tls?.version).toBe('TLSv1.2');
  });

  it('are shown with the certificate of a client that has to have one, and are cut on demand', async () => {
    const node = await start({ tlsVerifyClient: true });
    const { ca } = await openDevCa(dataDir);
    const socket = await dial(node, await leafOf(ca));
    const { id, tls } = await rowOf(node, socket);
    expect(tls?.peer).toMatchObject({
      issuer: expect.stringContaining('Siphon Workbench development CA') as string,
      names: ['probe.lab.example', 'sip:probe.lab.example'],
      isTrusted: true,
    });
    expect(tls?.peer).not.toHaveProperty('whyNot');
    expect(tls?.peer?.validToMs).toBeGreaterThan(Date.now());

    const closed = once(socket, 'close');
    await node.ask('state.act', { kind: 'drop-connection', id });
    await closed;
    expect((await node.ask('state.read', undefined)).connections).toEqual({ total: 0, rows: [] });
    await expect(node.ask('state.act', { kind: 'drop-connection', id })).rejects.toMatchObject({
      code: 'gone',
    });
  });

  it('are never listed for a client that shows a certificate of a stranger', async () => {
    const node = await start({ tlsVerifyClient: true });
    const socket = await dial(node, await leafOf(await createDevCa('Stranger')));
    if (!socket.closed) await once(socket, 'close');
    expect((await node.ask('state.read', undefined)).connections.total).toBe(0);
  });
});
