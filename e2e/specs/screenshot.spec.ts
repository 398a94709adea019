import { join } from 'node:path';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { ROOT } from '../fixtures/programs.ts';
import { command } from '../fixtures/siphond.ts';
import { expect, test } from '../fixtures/workbench.ts';

/** Set to write the picture of the README anew; it is made in the browser. */
const IS_WANTED = process.env['UPDATE_SCREENSHOT'] === '1';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

/** A request of nobody's dialog, as octets for `sipctl send`. */
function request(
  method: string,
  from: string,
  to: string,
  headers: readonly string[] = [],
  body = '',
): string {
  return [
    `${method} ${to} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK-${method.toLowerCase()}-1`,
    'Max-Forwards: 70',
    `From: <${from}>;tag=${method.toLowerCase()}`,
    `To: <${to}>`,
    `Call-ID: ${method.toLowerCase()}-1@lab.example`,
    `CSeq: 1 ${method}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

test('a busy afternoon: the picture of the README', async ({
  servers,
  shell,
  traffic,
  inspector,
  face,
  workbench: { page },
}) => {
  const isWanted = IS_WANTED && face === 'web';
  // Nice numbers for the picture only: every other run may have a neighbour that wants them too.
  const port = await freePort(isWanted ? 5080 : undefined);
  const deskPort = await freePort(isWanted ? 5082 : undefined);
  await servers.startFirst(port, 'edge-uas');
  await servers.addButton.click();
  await servers.mode('Full UAS').click();
  const fresh = servers.server('uas');
  await fresh.setPort(deskPort);
  await fresh.nameBox.fill('desk-phone');
  await fresh.ringTimeBox.fill('30000');
  await fresh.startButton.click();
  await expect(servers.server('desk-phone').state('Running')).toBeVisible();
  await shell.goTo('Traffic');

  const edge = `127.0.0.1:${port}`;
  const call = (from: string, to: string, ...options: readonly string[]) =>
    command('sipctl', ['call', `sip:${to}`, '--from', `sip:${from}@lab.example`, ...options]);
  await Promise.all([
    sippCalls(edge, 9, ['-s', 'sales', '-r', '20', '-d', '300']),
    sippCalls(edge, 6, ['-s', 'vmail', '-r', '10', '-t', 't1']),
    call('carol', `desk@127.0.0.1:${deskPort}`, '--ring', '400'),
  ]);
  await command('sipctl', ['options', `sip:edge@${edge}`]);
  await command(
    'sipctl',
    ['send', '-', '--to', edge],
    request('REGISTER', 'sip:dave@lab.example', 'sip:dave@lab.example'),
  );
  const text = ['Content-Type: text/plain'];
  await command(
    'sipctl',
    ['send', '-', '--to', edge],
    request('MESSAGE', 'sip:erin@lab.example', `sip:bob@${edge}`, text, 'Lunch?'),
  );
  await sippCalls(edge, 4, ['-s', 'queue', '-r', '20']);
  await call('alice', `bob@${edge}`, '--duration', '1300');
  await sippCalls(edge, 6, ['-s', 'billing', '-r', '20']);

  await expect(traffic.matched).toHaveText('30 dialogs');
  await expect(traffic.dialogRows).toHaveCount(30);
  const states = (await traffic.dialogNames()).join('\n');
  for (const one of [
    /INVITE from carol to desk, cancelled, result 487/,
    /REGISTER from dave to dave, .*result 200/,
    /MESSAGE from erin to bob, .*result 200/,
    /OPTIONS .*result 200/,
    /INVITE from alice to bob, completed, result 200/,
  ])
    expect(states).toMatch(one);

  await traffic.dialogRows.filter({ hasText: 'alice' }).click();
  await expect.poll(() => traffic.steps()).toEqual(['INVITE', '100', '180', '200', 'ACK', 'BYE', '200']);
  await traffic.message(1).click();
  await inspector.part(/^To: /).click();
  await expect(inspector.selection).toContainText('selected');
  await expect.poll(() => inspector.litText()).toContain('bob@');
  if (isWanted) await page.screenshot({ path: join(ROOT, 'docs', 'screenshot.png') });
});
