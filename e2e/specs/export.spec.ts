import { join } from 'node:path';
import { freePort, peer, sippCalls, tsharkField } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

const MESSAGES_OF_A_CALL = 7;

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');
test.skip(() => peer('tshark') === undefined, 'tshark is not installed');

/** What Wireshark's own reader makes of a file. */
async function read(
  file: string,
): Promise<{ messages: number; callIds: readonly string[]; malformed: number }> {
  const callIds = await tsharkField(file, 'sip.Call-ID');
  return {
    messages: callIds.length,
    callIds: [...new Set(callIds)].sort(),
    malformed: (await tsharkField(file, 'frame.number', '_ws.malformed')).length,
  };
}

test('what is exported is what the list shows, read by tshark', async ({
  servers,
  shell,
  traffic,
  exportDialog,
  workbench,
}, info) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 4)).toMatchObject({ successful: 4 });
  expect(await sippCalls(`127.0.0.1:${port}`, 2, ['-t', 't1'])).toMatchObject({ successful: 2 });
  await expect(traffic.matched).toHaveText('6 dialogs');
  await traffic.toggleColumn('Call-ID');
  await expect(traffic.callIds).toHaveCount(6);
  const shown = await traffic.callIds.allTextContents();

  const all = join(info.outputDir, 'all.pcapng');
  await traffic.exportButton.click();
  await exportDialog.scope('Everything recorded').check();
  await expect(exportDialog.root).toContainText('6 dialogs, 42 messages');
  await workbench.saveNextExportTo(all, () => exportDialog.saveButton.click());
  await expect(shell.notifications).toContainText('Saved 42 messages');
  await expect(exportDialog.root).toHaveCount(0);
  expect(await read(all)).toEqual({
    messages: 6 * MESSAGES_OF_A_CALL,
    callIds: [...shown].sort(),
    malformed: 0,
  });

  const some = join(info.outputDir, 'some.pcapng');
  await traffic.dialog(2).click({ modifiers: ['ControlOrMeta'] });
  await traffic.dialog(6).click({ modifiers: ['ControlOrMeta'] });
  const chosen = [await traffic.callIdOf(2), await traffic.callIdOf(6)];
  await traffic.exportButton.click();
  await exportDialog.scope('Selected dialogs').check();
  await workbench.saveNextExportTo(some, () => exportDialog.saveButton.click());
  await expect(shell.notifications).toContainText('Saved 14 messages');
  expect(await read(some)).toEqual({
    messages: 2 * MESSAGES_OF_A_CALL,
    callIds: chosen.sort(),
    malformed: 0,
  });
});
