import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { look } from '../fixtures/look.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { aPcap } from '../fixtures/pcap.ts';
import { expect, test } from '../fixtures/workbench.ts';
import { Captures } from '../pages/captures.ts';

/* Captures of other programs, opened in the window: by the command, by dropping, beside what is recorded. */

test('a capture is opened, filtered by, made a scenario of, and closed', async ({
  shell,
  traffic,
  workbench,
  servers,
}, info) => {
  // Its calls are what is recorded beside the files; in CI a missing peer is an error.
  test.skip(peer('sipp') === undefined, 'sipp is not installed');
  test.setTimeout(120_000);
  const { page } = workbench;
  const captures = new Captures(workbench);
  const files = info.outputDir;
  await mkdir(files, { recursive: true });
  await writeFile(join(files, 'trunk.pcap'), aPcap(3));
  await writeFile(join(files, 'packed.pcap.gz'), gzipSync(aPcap(2)));

  const port = await freePort();
  await servers.startFirst(port);
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });

  // From any screen, by the palette alone.
  await captures.open(join(files, 'trunk.pcap'));
  await expect(shell.notifications).toContainText('3 dialogs, 21 messages.');
  await expect(traffic.matched).toHaveText('3 of 4');
  await expect(captures.file('trunk.pcap')).toHaveAttribute('aria-pressed', 'true');
  await expect(traffic.dialogRows.first()).toHaveAccessibleName(/from the file trunk\.pcap/);

  // The same Call-IDs once more: they stay dialogs of their own.
  await captures.open(join(files, 'packed.pcap.gz'));
  await expect(traffic.matched).toHaveText('2 of 6');

  // Everything again, with what was recorded.
  await captures.file('packed.pcap.gz').click();
  await expect(traffic.matched).toHaveText('6 dialogs');
  await captures.file('trunk.pcap').click();
  await expect(traffic.matched).toHaveText('3 of 6');

  await traffic.dialogRows.first().click();
  await expect.poll(() => traffic.steps()).toEqual(['INVITE', '100', '180', '200', 'ACK', 'BYE', '200']);
  await traffic.makeScenarioButton.click();
  const dialog = page.getByRole('dialog', { name: 'Make scenario' });
  await expect(dialog.getByRole('region', { name: 'Scenario' })).toContainText(
    'target: sip:bob@10.0.0.2:5060',
  );
  await dialog.getByRole('button', { name: 'Open in editor' }).click();
  // The editor of text is loaded now.
  await expect(page).toHaveTitle(/^Scenarios/, { timeout: 30_000 });

  await shell.goTo('Traffic');
  await captures.closeButton('trunk.pcap').click();
  await expect(traffic.matched).toHaveText('3 dialogs');
  await captures.closeButton('packed.pcap.gz').click();
  await expect(traffic.matched).toHaveText('1 dialog');
  await expect(captures.strip).toHaveCount(0);
});

test('what is no capture is refused with one sentence', async ({ shell, workbench }, info) => {
  test.setTimeout(120_000);
  const captures = new Captures(workbench);
  await mkdir(info.outputDir, { recursive: true });
  const open = async (name: string, octets: Uint8Array, sentence: RegExp): Promise<void> => {
    const file = join(info.outputDir, name);
    await writeFile(file, octets);
    await captures.open(file);
    await expect(shell.notifications).toContainText(sentence);
  };
  await open(
    'letter.pcap',
    Buffer.from('Dear Sir'),
    /letter\.pcap cannot be opened: it is no pcapng or pcap file\./,
  );
  await open('silent.pcap', aPcap(0), /There is no SIP in silent\.pcap\./);
  await open(
    'torn.pcap.gz',
    gzipSync(aPcap(1)).subarray(0, 60),
    /torn\.pcap\.gz cannot be opened: .*the packing is damaged/,
  );
  await expect(captures.strip).toHaveCount(0);
  await open(
    'cut.pcap',
    aPcap(1).subarray(0, -10),
    /It ends in the middle of a packet; what is before it is shown\./,
  );
});

test('a file that is dropped onto the window is opened', async ({ traffic, workbench }) => {
  const captures = new Captures(workbench);
  // Large enough to be sent in several parts.
  await captures.drop('dropped.pcap', aPcap(600));
  await expect(traffic.matched).toHaveText('600 of 600', { timeout: 30_000 });
  await expect(captures.file('dropped.pcap')).toBeVisible();
});

for (const theme of ['Light', 'Dark'] as const)
  test(`nobody is kept out of opened captures: ${theme.toLowerCase()}`, async ({
    shell,
    traffic,
    workbench,
  }, info) => {
    const { page } = workbench;
    const captures = new Captures(workbench);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await shell.chooseTheme(theme);
    await mkdir(info.outputDir, { recursive: true });
    const here = { page, shell, theme: theme.toLowerCase(), project: info.project.name };
    await shell.goTo('Traffic');
    await expect(traffic.startCard).toBeVisible();
    await look('capture none', here);
    await captures.dragOver();
    await expect(page.getByText('Drop to open the capture')).toBeVisible();
    await look('capture dragged', here);
    await captures.dragAway();
    await writeFile(join(info.outputDir, 'trunk-2026-11-29.pcap'), aPcap(12));
    await captures.open(join(info.outputDir, 'trunk-2026-11-29.pcap'));
    await writeFile(join(info.outputDir, 'cut.pcap'), aPcap(3).subarray(0, -10));
    await captures.open(join(info.outputDir, 'cut.pcap'));
    await captures.file('cut.pcap').click();
    await expect(traffic.matched).toHaveText('15 dialogs');
    await traffic.dialogRows.first().click();
    await expect(traffic.message(1)).toBeVisible();
    await look('capture open', here);
  });
