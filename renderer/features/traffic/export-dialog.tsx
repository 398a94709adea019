import { useId, useState, type ReactNode } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import type { ExportScope } from '../../../app/contract/traffic.ts';
import { useBackend, useConnection } from '../../backend/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Note } from '../../ui/note.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { formatDay, formatNumberOf, formatSize, formatTimeOfDay } from '../wire/index.ts';
import type { DialogListState } from './dialog-list-store.ts';

/** A choice of what to export, with how much it is. */
export interface ScopeChoice {
  readonly id: 'all' | 'filter' | 'chosen' | 'current';
  readonly label: string;
  readonly amount: string;
  readonly scope: ExportScope;
}

/** The scopes that make sense now, the narrowest first chosen. */
export function scopesOf(state: DialogListState, currentIds: readonly number[]): readonly ScopeChoice[] {
  const choices: ScopeChoice[] = [
    {
      id: 'all',
      label: 'Everything recorded',
      amount:
        state.summary === undefined
          ? formatNumberOf(state.total, 'dialog')
          : `${formatNumberOf(state.summary.dialogs, 'dialog')}, ${formatNumberOf(state.summary.messages, 'message')}`,
      scope: { kind: 'all' },
    },
  ];
  if (state.filter !== '' && state.filterError === undefined && state.matched > 0) {
    choices.push({
      id: 'filter',
      label: 'What the filter lets through',
      amount: formatNumberOf(state.matched, 'dialog'),
      scope: { kind: 'filter', filter: state.filter },
    });
  }
  if (state.chosen.size > 0) {
    choices.push({
      id: 'chosen',
      label: 'Selected dialogs',
      amount: formatNumberOf(state.chosen.size, 'dialog'),
      scope: { kind: 'dialogs', ids: [...state.chosen] },
    });
  }
  if (currentIds.length > 0) {
    choices.push({
      id: 'current',
      label: currentIds.length === 1 ? 'This dialog' : 'The dialogs in the ladder',
      amount:
        currentIds.length === 1 ? `#${String(currentIds[0])}` : formatNumberOf(currentIds.length, 'dialog'),
      scope: { kind: 'dialogs', ids: [...currentIds] },
    });
  }
  return choices;
}

/** What is chosen when the dialog opens: the selection, else the filter, else everything. */
export function firstScope(choices: readonly ScopeChoice[]): ScopeChoice['id'] {
  for (const id of ['chosen', 'filter'] as const) {
    if (choices.some((choice) => choice.id === id)) return id;
  }
  return 'all';
}

/** `siphon-2026-11-21-140248.pcapng` */
export function suggestName(nowMs: number): string {
  return `siphon-${formatDay(nowMs)}-${formatTimeOfDay(nowMs).replaceAll(':', '')}.pcapng`;
}

/** Hands a file that waits at a path of the daemon to the browser. */
function download(path: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
}

export interface ExportDialogProps {
  readonly state: DialogListState;
  readonly currentIds: readonly number[];
  readonly onClose: () => void;
}

/** Saves the recorded octets as a file Wireshark opens. */
export function ExportDialog({ state, currentIds, onClose }: ExportDialogProps): ReactNode {
  const backend = useBackend();
  const { hello } = useConnection();
  const toast = useToast();
  const choices = scopesOf(state, currentIds);
  const [chosen, setChosen] = useState(() => firstScope(choices));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const group = useId();

  const save = async (): Promise<void> => {
    const choice = choices.find((one) => one.id === chosen) ?? choices[0];
    if (choice === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const handle =
        hello?.hasFileDialogs === true
          ? await backend.call('files.chooseSave', {
              title: 'Export capture',
              suggestedName: suggestName(Date.now()),
            })
          : undefined;
      const result = await backend.call('captures.export', {
        scope: choice.scope,
        ...(handle === undefined ? {} : { handle: handle.handle }),
      });
      if (result.destination.kind === 'download') download(result.destination.path, result.fileName);
      toast({
        kind: 'success',
        title: `Saved ${formatNumberOf(result.messages, 'message')}`,
        text: `${result.fileName}, ${formatNumberOf(result.dialogs, 'dialog')}, ${formatSize(result.sizeBytes)}`,
      });
      onClose();
    } catch (error) {
      setBusy(false);
      if (!(error instanceof ContractError)) throw error;
      if (error.code !== 'cancelled') setProblem(error.message);
    }
  };

  return (
    <Dialog
      title="Export capture"
      description="The recorded octets as pcapng. Wireshark and tshark open it."
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            icon="export"
            isBusy={isBusy}
            disabled={isBusy}
            onClick={() => {
              void save();
            }}
          >
            {hello?.hasFileDialogs === true ? 'Save as…' : 'Save'}
          </Button>
        </>
      }
    >
      <fieldset className="scopes">
        <legend className="sr">What to export</legend>
        {choices.map((choice) => (
          <label key={choice.id} className="scope">
            <input
              type="radio"
              name={group}
              checked={choice.id === chosen}
              onChange={() => {
                setChosen(choice.id);
              }}
            />
            <span className="grow">{choice.label}</span>
            <span className="dim">{choice.amount}</span>
          </label>
        ))}
      </fieldset>
      {problem !== undefined && (
        <Note kind="error" title="Nothing was saved" isLive>
          {problem}
        </Note>
      )}
    </Dialog>
  );
}
