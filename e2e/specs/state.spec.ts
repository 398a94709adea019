import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { barriers } from '../fixtures/axe.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { startPhone, type RawPhone } from '../fixtures/raw-phone.ts';
import { startSippUas } from '../fixtures/sipp-uas.ts';
import { expect as expectSoon, test } from '../fixtures/workbench.ts';

/** The screen is read once a second, and the machine may be busy. */
const expect = expectSoon.configure({ timeout: 15_000 });

const closing: (() => Promise<void>)[] = [];

test.afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const phoneOf = async (protocol: 'udp' | 'tcp', user: string): Promise<RawPhone> => {
  const phone = await startPhone(protocol, user);
  closing.push(() => Promise.resolve(phone.close()));
  return phone;
};

test('registrations are listed as they come, counted down and expired by hand', async ({
  servers,
  shell,
  state,
}) => {
  await shell.goTo('State');
  await expect(state.action('Add a server')).toBeVisible();
  await shell.goTo('Servers');
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('State');
  await expect(state.table('Registrations')).toContainText('Nothing is registered');
  await expect(state.table('Registrations')).toContainText(`udp 127.0.0.1:${port}`);

  const alice = await phoneOf('udp', 'alice');
  const bob = await phoneOf('tcp', 'bob');
  expect((await alice.register(port)).status).toBe(200);
  expect((await bob.register(port)).status).toBe(200);
  expect((await bob.register(port, 'alice')).status).toBe(200);
  await expect(state.rows).toHaveCount(3);
  await expect(state.tab('Registrations')).toHaveText('Registrations3');
  await expect(state.table('Registrations')).toContainText('2 addresses, 3 contacts');
  const ofBob = state.row(/^bob@lab\.example at .*transport=tcp, tcp$/);
  await expect(ofBob).toContainText(/59 min \d\d s/);
  const before = await ofBob.textContent();
  await expect(ofBob).not.toHaveText(before ?? '');

  // The selection, and what is typed, outlive the readings.
  await state.filterBox('Registrations').fill('alice tcp');
  await expect(state.rows).toHaveCount(1);
  await state.rows.first().click();
  await expect(state.details).toContainText(bob.contactUri);
  await state.action('Expire binding…').click();
  await expect(state.question).toContainText(bob.contactUri);
  await state.confirm('Expire binding');
  await expect(state.details).toContainText('Over');
  // What a phone hears when it asks: alice's other contact, and that alone.
  const asked = { method: 'REGISTER', uri: 'sip:alice@lab.example', port };
  const left = await alice.send(asked);
  expect([left.status, left.text.match(/^Contact:/gm)]).toEqual([200, ['Contact:']]);
  expect(left.text).toContain(alice.contactUri);

  await state.filterBox('Registrations').fill('');
  await state.row(/^alice@lab\.example at/).click();
  await state.action('Expire all of this address…').click();
  await state.confirm('Expire all');
  await expect(state.rows).toHaveCount(1);
  expect((await alice.send(asked)).text).not.toMatch(/^Contact:/m);
  // Somebody else was quicker: one sentence.
  await state.rows.first().click();
  await state.action('Expire binding…').click();
  await bob.send({
    method: 'REGISTER',
    uri: 'sip:bob@lab.example',
    port,
    lines: [`Contact: <${bob.contactUri}>;expires=0`],
  });
  await state.confirm('Expire binding');
  await expect(shell.notifications).toContainText('was not expired');
  await expect(shell.notifications).toContainText('Nothing is registered for sip:bob@lab.example.');
});

test('calls of a B2BUA: both legs, by keyboard to the other one and to Traffic, ended with BYE or silently', async ({
  servers,
  shell,
  state,
  traffic,
  workbench: { page },
}) => {
  test.skip(peer('sipp') === undefined, 'sipp is not installed');
  test.setTimeout(120_000);
  const port = await freePort();
  const answeringPort = await startSippUas('udp', closing);
  await servers.mode('B2BUA').click();
  const b2bua = servers.server(await servers.selectedName());
  await b2bua.setPort(port);
  await b2bua.root.getByRole('textbox', { name: 'Next hop' }).fill(`sip:127.0.0.1:${answeringPort}`);
  await b2bua.startButton.click();
  await expect(b2bua.stopButton).toBeVisible();
  await shell.goTo('State');
  await expect(state.tab('Registrations')).toBeVisible();
  await page.keyboard.press('2');
  await expect(state.table('Dialogs')).toContainText('No dialogs');

  const target = `127.0.0.1:${port}`;
  const ended = sippCalls(target, 1, ['-d', '60000']);
  await expect(state.rows).toHaveCount(2);
  const legs = state.row(/^confirmed dialog .*, as ua[cs], bridged$/);
  await expect(legs).toHaveCount(2);
  await page.keyboard.press('Home');
  const first = (await state.selected.getAttribute('aria-label')) ?? '';
  await page.keyboard.press('b');
  await expect(state.selected).not.toHaveAttribute('aria-label', first);
  await state.details.getByRole('button', { name: /127\.0\.0\.1/ }).click();
  await expect(state.selected).toHaveAttribute('aria-label', first);
  expect(await barriers(page)).toEqual([]);

  await state.row(/as uas, bridged$/).click();
  await page.keyboard.press('Delete');
  await expect(state.question).toContainText('The peer gets a BYE.');
  await state.confirm('End with BYE');
  // sipp did not expect it, and would have held the call for a minute; the other leg ends with it.
  expect(await ended).toMatchObject({ successful: 0, failed: 1 });
  await expect(state.table('Dialogs')).toContainText('No dialogs');

  const dropped = sippCalls(target, 1, ['-d', '3000']);
  await expect(state.rows).toHaveCount(2);
  await state.row(/as uas, bridged$/).click();
  await state.action('Drop silently…').click();
  await state.confirm('Drop silently');
  await expect(state.row(/as uas, bridged$/)).toHaveCount(0);
  await page.keyboard.press('t');
  await expect(traffic.filterBox).toHaveValue(/^sip\.Call-ID == "1-/);
  // Its own BYE finds no call any more.
  expect(await dropped).toMatchObject({ successful: 0, failed: 1 });
  await expect(traffic.matched).toContainText('1 of');
  await traffic.dialogRows.first().click();
  await expect.poll(() => traffic.steps()).toContain('481');
});

test('transactions run down, subscriptions are told and ended, connections are cut, names are looked up', async ({
  servers,
  shell,
  state,
  workbench: { page },
}) => {
  test.setTimeout(120_000);
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('State');
  await state.open('Transactions');
  await expect(state.table('Transactions')).toContainText('No transactions');

  const probe = await phoneOf('udp', 'probe');
  expect((await probe.send({ method: 'OPTIONS', uri: `sip:uas@127.0.0.1:${port}`, port })).status).toBe(200);
  const transaction = state.row(/^OPTIONS server transaction with 127\.0\.0\.1:\d+, completed, timer J$/);
  await transaction.click();
  await expect(state.details).toContainText('absorbs requests that come again');
  await expect(state.details).toContainText(/\d+\.\d s of 32\.0 s/);
  await expect(state.details.getByRole('region', { name: 'History' })).toContainText('request received');
  await expect(state.details.getByRole('region', { name: 'History' })).toContainText('completed');

  await state.open('Subscriptions');
  const watcher = await phoneOf('udp', 'watcher');
  const subscribed = await watcher.send({
    method: 'SUBSCRIBE',
    uri: `sip:uas@127.0.0.1:${port}`,
    port,
    lines: [
      'Event: presence',
      'Expires: 600',
      'Accept: application/pidf+xml',
      `Contact: <${watcher.contactUri}>`,
    ],
  });
  expect(subscribed.status).toBe(200);
  await watcher.gotWith(/^Subscription-State: active/m);
  await state.row(/^presence of uas@127\.0\.0\.1:?\d*, watched by watcher@lab\.example, active$/).click();
  await expect(state.details).toContainText('NOTIFYs sent1');
  await state.action('Send NOTIFY').click();
  await expect(state.details).toContainText('NOTIFYs sent2', { timeout: 30_000 });
  expect(watcher.requests.filter((line) => line.startsWith('NOTIFY '))).toHaveLength(2);
  await state.action('End…').click();
  await state.question.getByRole('combobox', { name: 'Reason' }).click();
  await page.getByRole('option', { name: 'noresource' }).click();
  await state.confirm('End subscription');
  await watcher.gotWith(/^Subscription-State: terminated;reason=noresource/m);
  await expect(state.table('Subscriptions')).toContainText('No subscriptions');

  await state.open('Connections');
  await expect(state.table('Connections')).toContainText('No connections');
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.on('error', () => undefined);
  await state.row(new RegExp(`^tcp connection from 127\\.0\\.0\\.1:${socket.localPort ?? 0}$`)).click();
  await state.action('Drop connection…').click();
  await state.confirm('Drop connection');
  await closed;
  await expect(state.table('Connections')).toContainText('No connections');

  // A proxy whose next hop no name server knows.
  await shell.goTo('Servers');
  await servers.addButton.click();
  await servers.mode('Proxy').click();
  const name = await servers.selectedName();
  const proxy = servers.server(name);
  const proxyPort = await freePort();
  await proxy.setPort(proxyPort);
  await proxy.root.getByRole('textbox', { name: 'Next hop' }).fill('sip:nowhere.invalid');
  await proxy.startButton.click();
  await expect(proxy.stopButton).toBeVisible();
  await shell.goTo('State');
  await state.chooseServer(name);
  await state.open('DNS');
  await expect(state.table('DNS')).toContainText('No names were looked up');
  const sent = probe.send({
    method: 'MESSAGE',
    uri: `sip:carol@127.0.0.1:${proxyPort}`,
    port: proxyPort,
    lines: ['Content-Type: text/plain'],
  });
  const search = state.row(/^search for sip:nowhere\.invalid(;lr)?, nothing found$/);
  await expect(search).toBeVisible({ timeout: 40_000 });
  await search.click();
  await expect(state.details.getByRole('region', { name: 'Steps' })).toContainText('NAPTR nowhere.invalid');
  await expect(state.details).toContainText('nothing can be sent to this URI');
  expect((await sent).status).toBeGreaterThanOrEqual(400);
  await state.chooseServer('uas');

  // A server that stops holds nothing; the screen says so, and starts it again.
  await shell.goTo('Servers');
  await servers.row('Running', 'uas').click();
  await servers.server('uas').stopButton.click();
  await expect(servers.row('Stopped', 'uas')).toBeVisible();
  await shell.goTo('State');
  await expect(page.getByRole('heading', { name: 'uas does not run' })).toBeVisible();
  await state.action('Start uas').click();
  await expect(state.table('DNS')).toContainText('No names were looked up');
});

test('a TLS connection is shown with version, cipher and the name that was asked for', async ({
  servers,
  shell,
  state,
  workbench: { page },
}) => {
  const port = await freePort();
  const tlsPort = await freePort();
  await servers.mode('Full UAS').click();
  const server = servers.server('uas');
  await server.setPort(port);
  await server.root.getByRole('button', { name: 'Add listener' }).click();
  const listener = server.root.getByRole('group', { name: 'Listener 3' });
  await listener.getByRole('combobox', { name: 'Transport' }).click();
  await page.getByRole('option', { name: 'tls', exact: true }).click();
  await server.portBox(3).fill(String(tlsPort));
  await server.startButton.click();
  await expect(server.stopButton).toBeVisible();
  await shell.goTo('State');
  await state.open('Connections');

  // Whether the client trusts the server is its own affair here.
  const socket = connectTls({
    port: tlsPort,
    host: '127.0.0.1',
    servername: 'lab.example',
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const closed = once(socket, 'close');
  socket.on('error', () => undefined);
  await state
    .row(new RegExp(`^tls connection from 127\\.0\\.0\\.1:${socket.localPort ?? 0}, TLSv1\\.3`))
    .click();
  await expect(state.details).toContainText('TLS 1.3');
  await expect(state.details).toContainText(socket.getCipher().standardName);
  await expect(state.details).toContainText('lab.example');
  await expect(state.details).toContainText('The peer sent none');
  await state.action('Drop connection…').click();
  await state.confirm('Drop connection');
  await closed;
  await expect(state.details).toContainText('this is how it was seen last');
});
