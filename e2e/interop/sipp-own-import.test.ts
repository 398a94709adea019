import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, isBound, peer } from '../fixtures/peers.ts';
import { ROOT } from '../fixtures/programs.ts';
import { command } from '../fixtures/siphond.ts';
import { importedXml, sippOnce } from '../fixtures/sipp-embedded.ts';

/* XML scenarios as people write them for sipp, imported, against sipp: a jump when nothing comes in time, and a call for each row of a file. */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-sipp-own-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const send = (method: string, sequence: string, more = ''): string => `<send><![CDATA[
  ${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
  Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
  From: <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
  To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
  Call-ID: [call_id]
  CSeq: ${sequence}
  Contact: sip:caller@[local_ip]:[local_port]
  Max-Forwards: 70
  ${more}
  Content-Length: 0
]]></send>`;

async function written(name: string, steps: readonly string[]): Promise<string> {
  const path = join(dir, `${name}.xml`);
  await writeFile(path, `<scenario name="${name}">\n${steps.join('\n')}\n</scenario>\n`);
  return path;
}

/** Runs a scenario against a sipp that answers; both must be content. */
async function against(
  answering: readonly string[],
  calls: number,
  file: string,
  more: readonly string[],
): Promise<string> {
  const port = await freePort();
  const server = sippOnce(dir, [...answering, '-p', String(port)], 'u1', calls);
  try {
    await expect.poll(() => isBound('udp', port), { timeout: 20_000, interval: 100 }).toBe(true);
    const target = `sip:service@127.0.0.1:${port}`;
    const { exitCode, stdout } = await command('sipctl', ['run', file, '--target', target, ...more]);
    expect(exitCode, stdout).toBe(0);
    expect(await server.ended).toBe(0);
    return stdout;
  } finally {
    server.stop();
  }
}

describe.skipIf(peer('sipp') === undefined)('XML of sipp, imported', { timeout: 60_000 }, () => {
  it('goes on at the label of ontimeout when nothing comes', async () => {
    const xml = await written('gives-up', [
      send('INVITE', '1 INVITE'),
      '<recv response="100" optional="true"/>',
      '<recv response="180"/>',
      '<recv response="200" timeout="500" ontimeout="late"/>',
      '<nop><action><error message="nobody was to answer"/></action></nop>',
      '<label id="late"/>',
      send('CANCEL', '1 CANCEL'),
      '<recv response="200"/>',
      '<recv response="487"/>',
      send('ACK', '1 ACK'),
    ]);
    const file = await importedXml(xml, 'u1', []);
    const rings = join(ROOT, 'e2e', 'fixtures', 'scenarios', 'uas-cancel.xml');
    expect(await against(['-sf', rings], 1, file, [])).toContain('nothing came in 500 ms');
  });

  it('makes a call for each row of the files of fields', async () => {
    const xml = await written('rows', [
      send('INVITE', '1 INVITE', 'Subject: [field0] calls [field0 file="callees.csv"]'),
      '<recv response="180"/>',
      '<recv response="200"/>',
      send('ACK', '1 ACK'),
      '<nop><action><log message="[field0] called [field0 file=&quot;callees.csv&quot;]"/></action></nop>',
      send('BYE', '2 BYE'),
      '<recv response="200"/>',
    ]);
    await writeFile(join(dir, 'callers.csv'), 'SEQUENTIAL,PRINTF=3\ncaller%02d\n');
    await writeFile(join(dir, 'callees.csv'), 'SEQUENTIAL\nbob\ncarol\n');
    const fields = ['callers.csv', 'callees.csv'].flatMap((name) => ['--fields', join(dir, name)]);
    const file = await importedXml(xml, 'rows', fields);
    const stdout = await against(['-sn', 'uas'], 3, file, ['--runs', 'all', '--json']);
    const said = [...stdout.matchAll(/"said":"(caller\d+ called \w+)"/g)].map(([, text]) => text);
    expect(said).toEqual(['caller00 called bob', 'caller01 called carol', 'caller02 called bob']);
  });
});
