import { look } from '../fixtures/look.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { startPhone } from '../fixtures/raw-phone.ts';
import { expect, test } from '../fixtures/workbench.ts';
import { LabBar } from '../pages/lab.ts';
import { LoadScreen } from '../pages/load-screen.ts';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

for (const theme of ['Light', 'Dark'] as const)
  test(`nobody is kept out of any screen: ${theme.toLowerCase()}`, async ({
    servers,
    shell,
    traffic,
    state,
    inspector,
    scenarios,
    compare,
    workbench: { page },
  }, info) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const here = { page, shell, theme: theme.toLowerCase(), project: info.project.name };

    await expect(servers.mode('Full UAS')).toBeVisible();
    await shell.chooseTheme(theme);
    await look('servers empty', here);
    await shell.goTo('Traffic');
    await expect(traffic.startCard).toBeVisible();
    await look('traffic empty', here);
    await shell.goTo('Load');
    const load = new LoadScreen(page);
    await expect(load.startButton).toBeEnabled();
    await look('load empty', here);
    await page.getByRole('button', { name: /^Environment: / }).click();
    await look('environments menu', here);
    await page.getByRole('menuitem', { name: 'Edit environments…' }).click();
    await expect(page.getByRole('dialog', { name: 'Environments' })).toBeVisible();
    await look('environments dialog', here);
    await page.keyboard.press('Escape');
    await shell.goTo('State');
    await expect(state.action('Add a server')).toBeVisible();
    await look('state with no server', here);

    await shell.goTo('Servers');
    const port = await freePort();
    await servers.startFirst(port);
    await servers.addButton.click();
    await servers.mode('Full UAS').click();
    const second = servers.server('uas-2');
    await second.setPort(port);
    await second.startButton.click();
    await expect(second.problem).toContainText('in use');
    await look('servers running and failed', here);
    for (const group of [/^More/, /^Faults/, /^Limits/]) await second.opener(group).first().click();
    for (const one of ['Add an override', 'Add a fault', 'Add a limit'])
      await second.root.getByRole('button', { name: one }).click();
    await look('servers form opened', here);

    await servers.row('Running', 'uas').click();
    const running = servers.server('uas');
    await running.armButton('Override the next response').click();
    await expect(running.armed('Override the next response')).toContainText('1 left');
    await look('servers behaviour', here);
    await running.root.getByRole('button', { name: /^Disarm override/ }).click();
    await expect(running.armed('Override the next response')).toHaveCount(0);

    await shell.goTo('Traffic');
    await expect(traffic.listening).toBeVisible();
    await look('traffic waiting', here);

    expect(await sippCalls(`127.0.0.1:${port}`, 30, ['-r', '60'])).toMatchObject({ successful: 30 });
    await expect(traffic.matched).toHaveText('30 dialogs');
    await traffic.dialog(30).click();
    await traffic.message(1).click();
    await inspector.part(/^Via/).first().click();
    await expect(inspector.selection).toContainText('selected');
    await look('traffic with ladder and inspector', here);

    await traffic.filterBox.fill('sip.Metod == INVITE');
    await expect(traffic.filterError).toBeVisible();
    await look('traffic with a wrong filter', here);
    await traffic.filterBox.fill('sip.r-uri.user == nobody');
    await expect(traffic.noMatch).toBeVisible();
    await look('traffic with no match', here);
    await traffic.filterBox.press('Escape');

    await traffic.dialog(30).click();
    await traffic.message(4).click();
    await page.keyboard.press('Space');
    await traffic.message(7).click();
    await page.keyboard.press('Space');
    await expect(compare.table).toBeVisible();
    await look('compare', here);
    await page.keyboard.press('Escape');
    await expect(compare.root).toHaveCount(0);

    await page.keyboard.press('ControlOrMeta+k');
    await expect(shell.palette).toBeVisible();
    await look('palette', here);
    await page.keyboard.press('Escape');
    await expect(shell.palette).toHaveCount(0);
    await page.keyboard.press('?');
    await expect(shell.shortcutSheet).toBeVisible();
    await look('shortcut sheet', here);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+e');
    await expect(page.getByRole('dialog', { name: 'Export capture' })).toBeVisible();
    await look('export dialog', here);
    await page.keyboard.press('Escape');
    await traffic.makeScenarioButton.click();
    await expect(page.getByRole('region', { name: 'Scenario' })).toBeVisible();
    await look('make scenario dialog', here);
    await page.keyboard.press('Escape');

    await shell.goTo('State');
    await state.open('DNS');
    await expect(state.table('DNS')).toContainText('No names were looked up');
    await look('state with an empty table', here);
    const phones = await Promise.all([startPhone('udp', 'alice'), startPhone('tcp', 'bob')]);
    try {
      for (const phone of phones) expect((await phone.register(port)).status).toBe(200);
      for (const [table, row] of [
        ['Transactions', /^REGISTER server transaction/],
        ['Registrations', /^alice@lab\.example at/],
        ['Connections', /^tcp connection from/],
      ] as const) {
        await state.open(table);
        await state.row(row).first().click();
        await look(`state ${table.toLowerCase()}`, here);
      }
      await state.action('Drop connection…').click();
      await look('state question', here);
      await page.keyboard.press('Escape');
      await expect(state.question).toHaveCount(0);
    } finally {
      for (const phone of phones) phone.close();
    }

    await shell.goTo('Load');
    await load.profile.getByRole('button', { name: 'Use uas' }).click();
    await load.startButton.click();
    await expect.poll(() => load.count('Succeeded'), { timeout: 30_000 }).toBeGreaterThan(20);
    await look('load running', here);
    await load.button('Stop').click();
    await expect(load.state('Ended')).toBeVisible();
    await load.run.getByRole('radio', { name: 'Table' }).click();
    await look('load ended with table', here);

    await shell.goTo('Scenarios');
    await expect(page.getByRole('heading', { name: 'No scenarios yet' })).toBeVisible();
    await look('scenarios empty', here);
    await scenarios.template(/^OPTIONS ping Asks/).click();
    await expect(scenarios.step(/OPTIONS/)).toBeVisible();
    await expect(scenarios.code).toContainText('OPTIONS ping', { timeout: 20_000 });
    await scenarios.targetBox.fill(`sip:127.0.0.1:${port}`);
    // It asks for an answer within a second, which a busy machine may miss.
    await expect(async () => {
      await page.keyboard.press('F5');
      await expect(scenarios.verdict).toContainText('Passed', { timeout: 10_000 });
    }).toPass({ timeout: 60_000 });
    await look('scenarios passed', here);
    await page.keyboard.press('Shift+F5');
    await expect(scenarios.verdict).toContainText('Held before a step');
    await scenarios.tab('Run').click();
    await look('scenarios held', here);
    await page.keyboard.press('F8');
    await expect(scenarios.verdict).toContainText(/Passed|Failed/);
    for (const tab of ['Variables', 'SIPp XML']) {
      await scenarios.tab(tab).click();
      await look(`scenarios ${tab}`, here);
    }
    await scenarios.tab('YAML').click();
    await scenarios.goToLine('- expect');
    await page.keyboard.press('Enter');
    await page.keyboard.type('- exect: 200');
    await page.keyboard.press('Escape');
    await expect(scenarios.problems).toContainText(/exect/);
    await look('scenarios broken', here);

    await page.keyboard.press('ControlOrMeta+k');
    await shell.commandBox.fill('Start a lab');
    await page.keyboard.press('Enter');
    const lab = new LabBar(page);
    await expect(lab.call).toContainText('in call', { timeout: 30_000 });
    await look('lab', here);
    await page.keyboard.press('ControlOrMeta+Shift+F9');
    await expect(lab.call).toContainText('does not run');
    await look('lab broken', here);
  });
