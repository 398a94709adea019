import { afterEach, describe, expect, test, vi } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { createFakeBackend, type FakeBackend } from '../../testing/fake-backend.ts';
import { createSampleTraffic } from '../../testing/sample-traffic.ts';
import { manyDialogs } from './testing/many-dialogs.ts';
import { renderTraffic, type RenderedTraffic } from './testing/render-traffic.tsx';

/** A whole screen is drawn for each step, which a busy machine takes its time for. */
vi.setConfig({ testTimeout: 60_000 });

let shown: RenderedTraffic | undefined;
afterEach(async () => {
  await shown?.unmount();
  shown = undefined;
});

async function show(backend: FakeBackend = createFakeBackend()): Promise<RenderedTraffic> {
  shown = await renderTraffic(backend);
  return shown;
}

const rowsOf = (page: RenderedTraffic) => page.queryAll('row', 'dialog ');
const selectedMessage = (page: RenderedTraffic): string =>
  page
    .queryAll('option')
    .find((option) => option.getAttribute('aria-selected') === 'true')
    ?.querySelector('.sr')?.textContent ?? '';

describe('the list of dialogs', () => {
  test('rows are sentences in a grid that knows its size; only those on screen are there', async () => {
    const page = await show(manyDialogs(100_000).backend);
    const grid = page.find('grid', 'Dialogs');
    expect(grid.getAttribute('aria-rowcount')).toBe('100001');
    const rows = rowsOf(page);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.length).toBeLessThan(60);
    expect(rows[0]?.getAttribute('aria-rowindex')).toBe('2');
    expect(rows[0]?.getAttribute('aria-label')).toMatch(
      /^dialog 100000, INVITE from user100000 to bob, completed, result 200 OK, at \d\d:\d\d:\d\d, 7 messages$/,
    );
    expect(grid.getAttribute('aria-activedescendant')).toBe('dialog-100000');
  });

  test('j and k move, Space chooses, Escape gives up, Enter goes to the ladder', async () => {
    const page = await show();
    page.find('grid').focus();
    const first = page.model.list.store.getState().cursorId;
    await page.press('j');
    const second = page.model.list.store.getState().cursorId;
    expect(second).not.toBe(first);
    expect(page.model.ladder.store.getState().ladder?.dialogs[0]?.id).toBe(second);
    await page.press('k');
    expect(page.model.list.store.getState().cursorId).toBe(first);
    await page.press(' ');
    await page.press(' ');
    expect(page.find('toolbar', 'Chosen').textContent).toContain('2 selected');
    await page.press('Escape');
    expect(page.queryAll('toolbar', 'Chosen')).toEqual([]);
    await page.press('Enter');
    expect(document.activeElement?.getAttribute('role')).toBe('listbox');
    await page.press('Escape');
    expect(document.activeElement?.getAttribute('role')).toBe('grid');
  });

  test('a head sorts, < > and z do the same by key', async () => {
    const page = await show();
    await page.click(page.find('button', 'From'));
    expect(page.model.list.store.getState().sort).toEqual({ by: 'fromUser', descending: false });
    page.find('grid').focus();
    await page.press('z');
    expect(page.model.list.store.getState().sort.descending).toBe(true);
    await page.press('<');
    expect(page.model.list.store.getState().sort.by).toBe('method');
    await page.press('>');
    expect(page.model.list.store.getState().sort.by).toBe('fromUser');
    const head = page.queryAll('columnheader').find((one) => one.getAttribute('aria-sort') === 'ascending');
    expect(head?.textContent).toBe('From');
  });

  test('p holds new messages back and counts them', async () => {
    const many = manyDialogs(10);
    const page = await show(many.backend);
    page.find('grid').focus();
    await page.press('p');
    await page.settle(() => {
      many.add(3);
    });
    expect(page.find('status', 'held back').textContent).toBe('21');
    expect(page.find('grid').getAttribute('aria-rowcount')).toBe('11');
    await page.press('p');
    expect(page.find('grid').getAttribute('aria-rowcount')).toBe('14');
  });
});

describe('the filter', () => {
  test('/ goes there, what is typed filters, Escape clears and then leaves', async () => {
    const page = await show();
    page.find('grid').focus();
    await page.press('/');
    const input = page.find('textbox', 'Filter') as HTMLInputElement;
    expect(document.activeElement).toBe(input);
    await page.press('p');
    expect(page.model.list.store.getState().isPaused).toBe(false);
    await page.type(input, 'busy');
    expect(rowsOf(page)).toHaveLength(1);
    expect(page.queryAll('status', ' of ')[0]?.textContent).toMatch(/^1 of \d+$/);
    await page.press('Escape');
    expect(input.value).toBe('');
    await page.press('Escape');
    expect(document.activeElement?.getAttribute('role')).toBe('grid');
  });

  test('an error says what and where, and hides nothing', async () => {
    const sample = createSampleTraffic();
    const page = await show(
      createFakeBackend({
        traffic: sample,
        handlers: {
          'dialogs.query': (query) => {
            const page = sample.query({ ...query, filter: '' });
            if (query.filter === '') return page;
            return { ...page, filterError: { message: 'expected a value', start: 4, end: 6 } };
          },
        },
      }),
    );
    await page.type(page.find('textbox', 'Filter') as HTMLInputElement, 'sip ==');
    expect(page.find('alert').textContent).toContain('expected a value at character 5');
    expect(page.find('textbox', 'Filter').getAttribute('aria-invalid')).toBe('true');
    expect(rowsOf(page)).toHaveLength(sample.dialogs.length);
  });

  test('nothing matches: a near filter is one click away', async () => {
    const page = await show();
    await page.type(page.find('textbox', 'Filter') as HTMLInputElement, 'nobody calls like this');
    expect(page.find('heading', 'match').textContent).toMatch(/^0 of \d+ dialogs match$/);
    await page.click(page.find('button', 'Use INVITE'));
    expect(rowsOf(page).length).toBeGreaterThan(0);
  });
});

describe('ladder and inspector', () => {
  test('messages are sentences; the inspector follows each step', async () => {
    const page = await show();
    page.find('grid').focus();
    await page.press('Enter');
    expect(selectedMessage(page)).toMatch(/^message 1 of \d+, \w+ from .* to .*, UDP, \d\d:/);
    await page.press('j');
    expect(selectedMessage(page)).toMatch(/^message 2 of/);
    const { selectedId } = page.model.ladder.store.getState();
    expect(page.model.inspector.store.getState().open?.inspection.message.id).toBe(selectedId);
    await page.press('Enter');
    expect(document.activeElement?.getAttribute('role')).toBe('tree');
  });

  test('a field and its octets light up together, both ways', async () => {
    const page = await show();
    await page.click(page.find('treeitem', 'Call-ID'));
    const range = page.model.inspector.store.getState().range;
    expect(range).toBeDefined();
    expect(page.find('status', 'bytes').textContent).toBe(
      `bytes ${String(range?.start)}–${String((range?.end ?? 0) - 1)} selected`,
    );
    const octets = page.find('region', 'Raw octets');
    expect([...octets.querySelectorAll('.lit')].map((run) => run.textContent).join('')).toContain('Call-ID');
    const other = octets.querySelector('[data-at="0"]');
    if (other !== null) await page.click(other);
    expect(
      page
        .queryAll('treeitem')
        .find((item) => item.getAttribute('aria-selected') === 'true')
        ?.querySelector('.sr')?.textContent,
    ).toMatch(/^(Request|Status) line/);
  });

  test('Space on one, Space on another: compared; Escape comes back to the same message', async () => {
    const page = await show();
    page.find('grid').focus();
    await page.press('Enter');
    await page.press(' ');
    expect(page.find('status', 'marked').textContent).toContain('#1');
    await page.press('j');
    await page.press(' ');
    expect(page.find('region', 'Compare')).toBeDefined();
    expect(page.queryAll('rowheader').length).toBeGreaterThan(0);
    await page.press('Escape');
    expect(page.queryAll('region', 'Compare')).toEqual([]);
    expect(selectedMessage(page)).toMatch(/^message 2 of/);
  });

  test('w, c and d change how the ladder is read', async () => {
    const page = await show();
    page.find('grid').focus();
    await page.press('Enter');
    await page.press('w');
    await page.press('c');
    await page.press('d');
    expect(page.model.ladder.store.getState()).toMatchObject({
      timeMode: 'delta',
      colourMode: 'dialog',
      hasSdpDetails: true,
    });
  });
});

describe('nothing to see', () => {
  const silent = (options: Parameters<typeof createFakeBackend>[0] = {}) =>
    createFakeBackend({
      traffic: createSampleTraffic([]),
      summary: { messages: 0, dialogs: 0, lastAtMs: undefined },
      ...options,
    });

  test('nothing runs: one button starts a server that answers calls', async () => {
    const backend = silent({ servers: [] });
    const page = await show(backend);
    expect(page.find('heading', 'No SIP yet')).toBeDefined();
    const start = page.find('button', 'Start a full UAS');
    expect(document.activeElement).toBe(page.find('button', 'Start a lab'));
    await page.click(start);
    expect(backend.servers.list().map((server) => [server.config.mode, server.state])).toEqual([
      ['full-uas', 'running'],
    ]);
    expect(page.find('heading', 'Listening')).toBeDefined();
  });

  test('a server runs: its addresses, and that only this computer reaches them', async () => {
    const page = await show(silent());
    expect(page.queryAll('button', 'Copy 127.0.0.1:5060').length).toBeGreaterThan(0);
    expect(document.body.textContent).toContain('Only this computer can reach these addresses.');
    expect(document.body.textContent).toContain('sipp -sn uac 127.0.0.1:5060 -m 1');
  });

  test('the recording is off: it says so and offers to record', async () => {
    const page = await show(silent({ summary: { messages: 0, dialogs: 0, isRecording: false } }));
    expect(page.find('status', 'Recording is off')).toBeDefined();
    expect(page.find('button', 'Record')).toBeDefined();
  });
});

describe('export', () => {
  test('offers what there is, saves it, says how much', async () => {
    const backend = createFakeBackend({ hasFileDialogs: true });
    const page = await show(backend);
    page.find('grid').focus();
    await page.press(' ');
    await page.press('e', { ctrlKey: true });
    const dialog = page.find('dialog');
    const radios = [...dialog.querySelectorAll('label')].map((label) => label.textContent);
    expect(radios[0]).toMatch(/^Everything recorded\d+ dialogs, \d+ messages$/);
    expect(radios[1]).toBe('Selected dialogs1 dialog');
    expect(dialog.querySelectorAll('input')[1]?.checked).toBe(true);
    await page.click(page.find('button', 'Save as'));
    const [chosen] = page.model.list.store.getState().chosen;
    expect(backend.calls.filter((call) => call.method === 'captures.export')).toEqual([
      {
        method: 'captures.export',
        params: { scope: { kind: 'dialogs', ids: [chosen] }, handle: 'h1' },
      },
    ]);
    expect(page.toasts.getState().toasts[0]?.title).toMatch(/^Saved \d+ messages$/);
    expect(page.queryAll('dialog')).toEqual([]);
  });

  test('a refusal is said where the button is', async () => {
    const backend = createFakeBackend();
    const page = await show(backend);
    page.find('grid').focus();
    await page.press('e', { ctrlKey: true });
    backend.failNext('captures.export', new ContractError('file-error', 'The disk is full.'));
    await page.click(page.find('button', 'Save'));
    expect(page.find('alert').textContent).toContain('The disk is full.');
  });
});

test('in a narrow window the list has its narrow columns and the inspector is below', async () => {
  shown = await renderTraffic(createFakeBackend(), 1000);
  expect(shown.queryAll('columnheader').map((head) => head.textContent)).toEqual([
    '',
    'Method',
    'From → To',
    'Code',
  ]);
  expect(shown.queryAll('separator').map((one) => one.getAttribute('aria-label'))).toContain(
    'Resize inspector',
  );
});

test('every key of the screen is a command with a name', async () => {
  const page = await show();
  const commands = page.registry.list();
  for (const scope of ['traffic', 'dialogs', 'ladder', 'inspector']) {
    const shortcuts = commands
      .filter((command) => command.scope === scope)
      .flatMap((command) => command.shortcuts);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    expect(shortcuts.length).toBeGreaterThan(0);
  }
});
