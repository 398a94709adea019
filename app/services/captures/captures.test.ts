import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { UPLOAD_PART_BYTES } from '../../contract/captures.ts';
import { ContractError } from '../../contract/errors.ts';
import { encodeBatch } from '../traffic/capture-batch.ts';
import { aCall } from '../traffic/testing/messages.ts';
import { createTraffic } from '../traffic/traffic.ts';
import { createCaptures } from './captures.ts';

/* Capture files of others beside what is recorded, read in a real thread. */

const clock = createSystemClock();
const uas = { id: 's1', name: 'uas' };
let dir: string;
const disposals: (() => Promise<void>)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-captures-'));
});
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose();
  await rm(dir, { recursive: true });
});

/** A capture of calls that differ in their Call-IDs, `call-1@127.0.0.1` and so on. */
async function aCapture(calls = 1): Promise<Uint8Array> {
  const traffic = createTraffic({ clock });
  for (let i = 1; i <= calls; i++) traffic.open(encodeBatch(aCall({ callId: `call-${i}@127.0.0.1` })));
  const { chunks } = await traffic.export({ kind: 'all' });
  return Buffer.concat([...chunks()]);
}

/** A pcap file without packets. */
const NO_PACKETS = Buffer.from('d4c3b2a10200040000000000000000000000010065000000', 'hex');

function start(limitBytes?: number) {
  const traffic = createTraffic({ clock, ...(limitBytes !== undefined && { limitBytes }) });
  const captures = createCaptures({ clock, traffic, takeFile: (handle) => handle });
  disposals.push(() => captures.dispose());
  const openFile = async (name: string, octets: Uint8Array) => {
    const path = join(dir, name);
    await writeFile(path, octets);
    return captures.handlers['captures.open']({ handle: path });
  };
  const rows = async (filter: string) => {
    const sort = { by: 'id', descending: false } as const;
    return traffic.handlers['dialogs.query']({ filter, sort, offset: 0, limit: 10 });
  };
  return { traffic, captures, openFile, rows };
}

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ContractError
    ? `${error.code}: ${error.message}`
    : `no refusal but ${String(error)}`;
};

describe('a capture file', () => {
  it('is opened beside what is recorded, found by its name, and closed again', async () => {
    const { traffic, captures, openFile, rows } = start();
    traffic.ingest(encodeBatch(aCall()), uas);
    const progress: number[] = [];
    captures.onChanged(() => progress.push(captures.list[0]?.progress ?? -1));
    // The same Call-ID as what is recorded: they stay two dialogs.
    const file = await openFile('trunk.pcap', await aCapture());
    expect(file).toMatchObject({ name: 'trunk.pcap', state: 'open', dialogs: 1, messages: 7, notes: [] });
    expect(progress[0]).toBe(0);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect((await rows('')).rows.map(({ capture, messages }) => [capture, messages])).toEqual([
      [undefined, 7],
      ['trunk.pcap', 7],
    ]);
    expect(await rows('node == "trunk.pcap"')).toMatchObject({
      matched: 1,
      rows: [{ capture: 'trunk.pcap' }],
    });
    const again = await openFile('trunk.pcap', gzipSync(await aCapture(2)));
    expect(again).toMatchObject({ name: 'trunk.pcap (2)', dialogs: 2 });

    const [first] = (await rows('node == "trunk.pcap"')).rows;
    const ladder = traffic.handlers['dialogs.ladder']({ ids: [first?.id ?? 0], limit: 100 });
    expect(await ladder).toMatchObject({ lanes: [{ kind: 'peer' }, { kind: 'peer' }] });
    expect(traffic.scenario([first?.id ?? 0]).yaml).toContain('send: INVITE');

    expect(await captures.handlers['captures.close']({ id: file.id })).toMatchObject({
      captures: [{ id: again.id }],
    });
    expect((await rows('')).rows.map(({ capture }) => capture)).toEqual([
      undefined,
      'trunk.pcap (2)',
      'trunk.pcap (2)',
    ]);
    expect(traffic.summary).toMatchObject({ dropped: 0, messages: 21 });
    expect(
      await refusal(Promise.resolve().then(() => captures.handlers['captures.close']({ id: file.id }))),
    ).toBe('not-found: This capture is not open any more.');
  });

  it('comes from a page in parts, and leaves nothing on the disk', async () => {
    const { captures, rows } = start();
    const octets = await aCapture(300);
    const { upload } = await captures.handlers['uploads.begin']({
      name: '../../sent.pcap',
      sizeBytes: octets.length,
    });
    for (let at = 0; at < octets.length; at += UPLOAD_PART_BYTES / 4) {
      const base64 = Buffer.from(octets.subarray(at, at + UPLOAD_PART_BYTES / 4)).toString('base64');
      await captures.handlers['uploads.append']({ upload, base64 });
    }
    const before = await uploadFolders();
    const file = await captures.handlers['captures.open']({ upload });
    expect(file).toMatchObject({ name: 'sent.pcap', dialogs: 300 });
    expect(await rows('node == "sent.pcap"')).toMatchObject({ matched: 300 });
    expect((await uploadFolders()).length).toBe(before.length - 1);
    expect(await refusal(Promise.resolve(captures.handlers['captures.open']({ upload })))).toMatch(/^gone: /);
  });

  it('that is bad is refused in a sentence, and nothing of it stays', async () => {
    const { traffic, captures, openFile } = start();
    const octets = await aCapture();
    const sentences = [
      await refusal(openFile('letter.pcap', Buffer.from('Dear Sir'))),
      await refusal(openFile('empty.pcap', new Uint8Array())),
      await refusal(openFile('packed.pcap.gz', gzipSync(octets).subarray(0, 60))),
      await refusal(openFile('rtp.pcap', NO_PACKETS)),
      await refusal(Promise.resolve(captures.handlers['captures.open']({ handle: join(dir, 'gone.pcap') }))),
      await refusal(Promise.resolve(captures.handlers['captures.open']({ handle: dir }))),
      await refusal(
        Promise.resolve(
          captures.handlers['uploads.begin']({ name: 'huge.pcap', sizeBytes: 600 * 1024 * 1024 }),
        ),
      ),
    ];
    expect(sentences).toEqual([
      'file-error: letter.pcap cannot be opened: it is no pcapng or pcap file.',
      'file-error: empty.pcap cannot be opened: it is empty.',
      'file-error: packed.pcap.gz cannot be opened: it is packed by gzip, and the packing is damaged.',
      'file-error: There is no SIP in rtp.pcap.',
      'file-error: gone.pcap cannot be read: there is no such file or folder.',
      expect.stringMatching(/^file-error: siphon-captures-\S+ is no file\.$/),
      'file-error: huge.pcap has 600 MiB, and 512 are the most: take the SIP out of it first, as with tshark -Y sip -w.',
    ]);
    expect(captures.list).toEqual([]);
    expect(traffic.summary).toMatchObject({ dialogs: 0, messages: 0 });
  });

  it('that ends in the middle is shown up to there, and says so', async () => {
    const { openFile } = start();
    const octets = await aCapture();
    expect(await openFile('cut.pcap', octets.subarray(0, -10))).toMatchObject({
      messages: 6,
      notes: ['it ends in the middle of a packet; what is before it is shown'],
    });
  });

  it('that leaves no room is refused, and what is recorded stays', async () => {
    const { traffic, openFile } = start(200_000);
    traffic.ingest(encodeBatch(aCall()), uas);
    expect(await refusal(openFile('large.pcap', await aCapture(100)))).toMatch(
      /^file-error: large\.pcap is too large: its SIP takes 1 MiB, and 0 MiB are free\. Close captures/,
    );
    expect(traffic.summary).toMatchObject({ dialogs: 1, dropped: 0 });
  });

  it('can be closed while it is being opened', async () => {
    const { traffic, captures, openFile } = start();
    const opening = openFile('slow.pcap', await aCapture(2000));
    const id = await new Promise<string>((resolve) => {
      captures.onChanged(() => {
        const [file] = captures.list;
        if (file !== undefined && file.messages > 0) resolve(file.id);
      });
    });
    void captures.handlers['captures.close']({ id });
    expect(await refusal(opening)).toBe('cancelled: slow.pcap was closed before it was open.');
    expect(traffic.summary).toMatchObject({ dialogs: 0, messages: 0 });
  });
});

const uploadFolders = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('siphon-upload-'));
