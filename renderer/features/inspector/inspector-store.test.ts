import { describe, expect, test } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { createFakeBackend } from '../../testing/fake-backend.ts';
import { settled } from '../../testing/manual-schedule.ts';
import { createInspectorStore } from './inspector-store.ts';
import { INVITE_TEXT, aSummary, anInspection } from './testing/builders.ts';

function inspecting() {
  const asked: number[] = [];
  const backend = createFakeBackend({
    handlers: {
      'messages.inspect': ({ id }) => {
        asked.push(id);
        if (id === 9) return anInspection(9, { tree: [] });
        return anInspection(id);
      },
    },
  });
  const inspector = createInspectorStore(backend);
  return { inspector, backend, asked, state: () => inspector.store.getState() };
}

describe('following the selection', () => {
  test('a message in the cache is there in the same breath', async () => {
    const { inspector, state, asked } = inspecting();
    inspector.prefetch([1, 2]);
    await settled();
    inspector.show(2);
    expect(state().open?.inspection.message.id).toBe(2);
    expect(new TextDecoder().decode(state().open?.bytes)).toBe(INVITE_TEXT);
    expect(asked).toEqual([1, 2]);
  });

  test('until an answer comes, the message before stays; a late answer is not shown', async () => {
    const { inspector, state } = inspecting();
    inspector.show(1);
    await settled();
    inspector.show(2);
    inspector.show(3);
    expect(state().open?.inspection.message.id).toBe(1);
    await settled();
    expect(state().open?.inspection.message.id).toBe(3);
  });

  test('a message that was dropped says so; none empties it', async () => {
    const { inspector, state, backend } = inspecting();
    backend.failNext('messages.inspect', new ContractError('gone', 'It was dropped.'));
    inspector.show(1);
    await settled();
    expect(state()).toMatchObject({ problem: 'It was dropped.', open: undefined });
    inspector.show(undefined);
    expect(state()).toMatchObject({ id: undefined, problem: undefined });
  });
});

describe('findings', () => {
  test('a message judged otherwise by now is asked for again, the one shown at once, its selection kept', async () => {
    const { inspector, state, asked } = inspecting();
    inspector.prefetch([2]);
    inspector.show(1);
    await settled();
    inspector.selectRange({ start: 3, end: 5 });
    inspector.judge([aSummary(1), aSummary(2), aSummary(3, { findings: 4 })]);
    await settled();
    expect(asked).toEqual([2, 1]);
    inspector.judge([
      aSummary(1, { findings: 2, worst: 'error' }),
      aSummary(2, { findings: 1, worst: 'warning' }),
    ]);
    await settled();
    expect(asked).toEqual([2, 1, 1]);
    expect(state()).toMatchObject({ range: { start: 3, end: 5 }, id: 1 });
    inspector.show(2);
    await settled();
    expect(asked).toEqual([2, 1, 1, 2]);
  });
});

describe('fields and octets', () => {
  const branch = INVITE_TEXT.indexOf('z9hG4bK1');

  test('a field lights its octets', async () => {
    const { inspector, state } = inspecting();
    inspector.show(1);
    await settled();
    inspector.selectPath('Via/branch');
    expect(state().range).toEqual({ start: branch, end: branch + 8 });
  });

  test('an octet lights its field and opens the tree down to it', async () => {
    const { inspector, state } = inspecting();
    inspector.show(1);
    await settled();
    inspector.setExpanded('Via', false);
    inspector.selectOctet(branch + 3);
    expect(state()).toMatchObject({ path: 'Via/branch', range: { start: branch, end: branch + 8 } });
    expect(state().expanded.has('Via')).toBe(true);
  });

  test('an octet that belongs to no field is lit alone', async () => {
    const { inspector, state } = inspecting();
    inspector.show(1);
    await settled();
    inspector.selectOctet(INVITE_TEXT.length - 1);
    expect(state()).toMatchObject({
      path: undefined,
      range: { start: INVITE_TEXT.length - 1, end: INVITE_TEXT.length },
    });
  });

  test('the same field stays lit in the next message, and is dark where there is none', async () => {
    const { inspector, state } = inspecting();
    inspector.show(1);
    await settled();
    inspector.selectPath('From');
    inspector.show(9);
    await settled();
    expect(state()).toMatchObject({ path: 'From', range: undefined });
    inspector.show(1);
    expect(state().range?.start).toBe(INVITE_TEXT.indexOf('From'));
    inspector.clearSelection();
    expect(state()).toMatchObject({ path: undefined, range: undefined });
  });
});
