import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

/** Holds a port the way another program would; resolves when it is bound or refused. */
async function bindUdp(port: number): Promise<{ close(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return {
    close: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

test('a server is made, started, and gives its port back when it is stopped', async ({ servers, shell }) => {
  const port = await freePort();
  await servers.mode('Full UAS').click();
  const server = servers.server('uas');
  await expect(server.state('Stopped')).toBeVisible();
  await server.setPort(port);
  await server.startButton.click();

  await expect(server.state('Running')).toBeVisible();
  await expect(servers.row('Running', 'uas')).toContainText(`127.0.0.1:${port}`);
  await expect(servers.activity).toContainText(`udp 127.0.0.1:${port}`);
  await expect(shell.status).toContainText(`udp:${port}`);
  await expect(bindUdp(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });

  await server.stopButton.click();
  await expect(server.state('Stopped')).toBeVisible();
  await expect(shell.status).toContainText('No servers running');
  await (await bindUdp(port)).close();
});

test('a port that another program holds is named, and a free one is a click away', async ({ servers }) => {
  const port = await freePort();
  const other = await bindUdp(port);
  await servers.mode('Full UAS').click();
  const server = servers.server('uas');
  await server.setPort(port);
  await server.startButton.click();

  await expect(server.state('Did not start')).toBeVisible();
  await expect(server.problem).toContainText(`127.0.0.1:${port}`);
  await expect(server.problem).toContainText('in use');
  await expect(servers.row('Problems', 'uas')).toBeVisible();
  await expect(server.portBox(1)).toHaveAttribute('aria-invalid', 'true');
  await expect(server.portBox(2)).not.toHaveAttribute('aria-invalid', 'true');

  const wayOut = server.wayOut(/^Use \d+ and start$/);
  const free = /\d+/.exec((await wayOut.textContent()) ?? '')?.[0] ?? '';
  await wayOut.click();
  await expect(server.state('Running')).toBeVisible();
  await expect(server.problem).toHaveCount(0);
  await expect(server.portBox(1)).toHaveValue(free);
  await expect(server.portBox(2)).toHaveValue(free);
  await expect(servers.activity).toContainText(`udp 127.0.0.1:${free}`);
  await other.close();
});

test('trying again works as soon as the port is free', async ({ servers }) => {
  const port = await freePort();
  const other = await bindUdp(port);
  await servers.mode('Full UAS').click();
  const server = servers.server('uas');
  await server.setPort(port);
  await server.startButton.click();
  await expect(server.problem).toContainText('in use');
  await other.close();
  await server.wayOut('Try again').click();
  await expect(server.state('Running')).toBeVisible();
});

test('what was typed survives a reload, saved or not', async ({ servers, workbench }) => {
  await servers.mode('Full UAS').click();
  const fresh = servers.server('uas');
  await fresh.ringTimeBox.fill('1234');
  await fresh.portBox(1).fill('not a port');
  await expect(fresh.unsaved).toContainText('1 setting needs correction');
  await workbench.page.reload();
  await expect(fresh.ringTimeBox).toHaveValue('1234');
  await expect(fresh.portBox(1)).toHaveValue('not a port');

  const port = await freePort();
  await fresh.setPort(port);
  await fresh.nameBox.fill('edge');
  await fresh.startButton.click();
  const server = servers.server('edge');
  await expect(server.state('Running')).toBeVisible();
  await expect(server.unsaved).toHaveCount(0);
  await workbench.page.reload();
  await expect(server.state('Running')).toBeVisible();
  await server.tab('Settings').click();
  await expect(server.ringTimeBox).toHaveValue('1234 ms');
  await expect(server.portBox(1)).toHaveValue(String(port));
});
