import { HANGS_MS, watchFrames } from '../fixtures/frames.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

const CALL = ['INVITE', '100', '180', '200', 'ACK', 'BYE', '200'];

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

test('calls appear while they are made, over UDP and TCP, each with its ladder', async ({
  servers,
  shell,
  traffic,
}) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  await expect(traffic.listening).toBeVisible();

  // Paced slowly, so that on a busy machine too rows are there before the last call is.
  const calls = sippCalls(`127.0.0.1:${port}`, 12, ['-r', '1']);
  let isOver = false;
  void calls.finally(() => (isOver = true));
  await expect(traffic.dialog(1)).toBeVisible();
  await expect(traffic.messages.first()).toBeVisible();
  expect(isOver, 'rows came before the calls had ended').toBe(false);
  expect(await calls).toMatchObject({ exitCode: 0, successful: 12, failed: 0 });
  await expect(traffic.matched).toHaveText('12 dialogs');
  await expect(traffic.dialogRows).toHaveCount(12);

  await traffic.dialog(1).click();
  await expect(traffic.ladder).toHaveAccessibleName(/^Ladder of 7 messages between .*uas/);
  await expect.poll(() => traffic.steps()).toEqual(CALL);
  await expect(traffic.message(1)).toHaveAccessibleName(/INVITE from .* to uas, UDP, .*has SDP/);

  const overTcp = await sippCalls(`127.0.0.1:${port}`, 3, ['-t', 't1', '-r', '10']);
  expect(overTcp).toMatchObject({ exitCode: 0, successful: 3, failed: 0 });
  await expect(traffic.matched).toHaveText('15 dialogs');
  await traffic.dialog(15).click();
  await expect.poll(() => traffic.steps()).toEqual(CALL);
  await expect(traffic.message(7)).toHaveAccessibleName(/200 OK to BYE from uas to .*, TCP/);
});

test('a message is read part by part and octet by octet, and compared with another', async ({
  servers,
  shell,
  traffic,
  inspector,
  compare,
  workbench,
}) => {
  const { keyboard } = workbench.page;
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  await expect.poll(() => traffic.steps()).toEqual(CALL);

  await traffic.message(1).click();
  await inspector.part(/^Call-ID: /).click();
  const callId = await inspector.value('Call-ID');
  expect(callId).toMatch(/@127\.0\.0\.1$/);
  await expect(inspector.selection).toHaveText(/^bytes \d+–\d+ selected$/);
  await expect.poll(() => inspector.litText()).toContain(callId);
  await inspector.tab('Hex').click();
  await expect.poll(async () => (await inspector.litOctets()).toString('latin1')).toContain(callId);

  // And back: octets lead to the part they belong to.
  await inspector.tab('Raw').click();
  await inspector.raw.getByText('Max-Forwards').click();
  await inspector.tab('Parsed').click();
  await expect(inspector.part(/^Max-Forwards: 70/)).toHaveAttribute('aria-selected', 'true');

  await traffic.message(4).click();
  await keyboard.press('Space');
  await expect(traffic.ladderPane).toContainText('#4 200 marked');
  await traffic.message(7).click();
  await keyboard.press('Space');
  await expect(compare.root).toContainText('#4');
  await expect(compare.root).toContainText('#7');
  await expect(compare.row('CSeq')).toContainText('INVITE');
  await expect(compare.row('CSeq')).toContainText('BYE');
  await expect(compare.row('Content-Type')).toContainText('not present');
  await keyboard.press('Escape');
  await expect(compare.root).toHaveCount(0);
  await expect(traffic.message(7)).toHaveAttribute('aria-selected', 'true');
});

test('a filter narrows the list, says what is wrong with it, and offers what would match', async ({
  servers,
  shell,
  traffic,
}) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 3)).toMatchObject({ successful: 3 });
  expect(await sippCalls(`127.0.0.1:${port}`, 2, ['-s', 'bob'])).toMatchObject({ successful: 2 });
  await expect(traffic.matched).toHaveText('5 dialogs');

  await traffic.filterBox.fill('sip.r-uri.user == bob');
  await expect(traffic.matched).toHaveText('2 of 5');
  await expect(traffic.dialogRows).toHaveCount(2);
  await expect(traffic.dialogRows.first()).toHaveAccessibleName(/ to bob,/);

  await traffic.filterBox.fill('sip.r-uri.usr == bob');
  await expect(traffic.filterError).toContainText('sip.r-uri.user');
  await expect(traffic.filterError).toContainText('at character 1');
  await expect(traffic.filterBox).toHaveAttribute('aria-invalid', 'true');
  await expect(traffic.dialogRows).toHaveCount(5);

  await traffic.filterBox.fill('sip.r-uri.user == bub');
  await expect(traffic.noMatch).toHaveText('0 of 5 dialogs match');
  await traffic.nearFilters.filter({ hasNotText: 'Method' }).first().click();
  await expect(traffic.filterBox).toHaveValue('sip.r-uri.user == bob');
  await expect(traffic.matched).toHaveText('2 of 5');
  await traffic.filterBox.press('Escape');
  await expect(traffic.filterBox).toHaveValue('');
  await expect(traffic.dialogRows).toHaveCount(5);
});

test('the page stays responsive while a hundred calls a second arrive', async ({
  servers,
  shell,
  traffic,
  workbench,
}, info) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  await expect(traffic.dialog(1)).toBeVisible();

  const end = await watchFrames(workbench.page);
  expect(await sippCalls(`127.0.0.1:${port}`, 400, ['-r', '100'])).toMatchObject({ failed: 0 });
  await expect(traffic.matched).toHaveText('401 dialogs');
  const seen = await end();
  info.annotations.push({ type: 'smoothness', description: JSON.stringify(seen) });
  expect(seen.longestTaskMs).toBeLessThan(HANGS_MS);
  expect(seen.longestFrameMs).toBeLessThan(HANGS_MS);
  await expect(traffic.dialogs).toHaveAttribute('aria-rowcount', '402');
});
