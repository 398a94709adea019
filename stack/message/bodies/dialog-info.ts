import {
  element,
  formatXml,
  leaf,
  present,
  readBody,
  wholeNumber,
  type Parsed,
  type XmlDraft,
  type XmlElement,
} from './xml.ts';

export const DIALOG_INFO_TYPE = 'application/dialog-info+xml';

const DIALOG_INFO = 'urn:ietf:params:xml:ns:dialog-info';

/** @rfc 4235 §3.7.1 */
export type DialogInfoState = 'trying' | 'proceeding' | 'early' | 'confirmed' | 'terminated';

/** What moved a dialog into its state. @rfc 4235 §3.7.1 */
export type DialogInfoEvent =
  'cancelled' | 'rejected' | 'replaced' | 'local-bye' | 'remote-bye' | 'error' | 'timeout';

const STATES: readonly string[] = ['trying', 'proceeding', 'early', 'confirmed', 'terminated'];
const EVENTS: readonly string[] = [
  'cancelled',
  'rejected',
  'replaced',
  'local-bye',
  'remote-bye',
  'error',
  'timeout',
];

/** One side of a dialog. @rfc 4235 §4.1.6 */
export interface DialogInfoParty {
  readonly identity?: string;
  readonly display?: string;
  /** Contact URI. */
  readonly target?: string;
}

/** One dialog. @rfc 4235 §4.1.2 */
export interface DialogInfoDialog {
  /** Stays the same as long as the dialog is told about. */
  readonly id: string;
  readonly callId?: string;
  readonly localTag?: string;
  readonly remoteTag?: string | undefined;
  readonly direction?: 'initiator' | 'recipient';
  readonly state: DialogInfoState;
  readonly event?: DialogInfoEvent | undefined;
  /** Status of the response that ended it. */
  readonly code?: number;
  readonly durationSec?: number;
  readonly replaces?: { readonly callId: string; readonly localTag: string; readonly remoteTag: string };
  readonly referredBy?: string;
  readonly local?: DialogInfoParty;
  readonly remote?: DialogInfoParty;
}

/** @rfc 4235 §4.1.1 */
export interface DialogInfo {
  readonly entity: string;
  readonly version: number;
  readonly state: 'full' | 'partial';
  readonly dialogs: readonly DialogInfoDialog[];
}

/** Reads `application/dialog-info+xml`. */
export function parseDialogInfo(text: string): Parsed<DialogInfo> {
  return readBody<DialogInfo>(text, 'dialog-info', DIALOG_INFO, (root) => {
    const entity = root.attribute('entity');
    const version = root.numberOf('version');
    const state = root.attribute('state');
    if (entity === undefined) return 'dialog-info has no entity.';
    if (version === undefined) return 'dialog-info has no version.';
    if (state !== 'full' && state !== 'partial')
      return 'The state of dialog-info is neither full nor partial.';
    const dialogs = root.childrenOf('dialog').map(dialog);
    const known = dialogs.filter((d) => d !== undefined);
    return known.length === dialogs.length
      ? { entity, version, state, dialogs: known }
      : 'A dialog has no id or no known state.';
  });
}

/** Writes `application/dialog-info+xml`. */
export function formatDialogInfo(info: DialogInfo): string {
  return formatXml(
    element(
      'dialog-info',
      { xmlns: DIALOG_INFO, version: info.version, state: info.state, entity: info.entity },
      info.dialogs.map(dialogDraft),
    ),
  );
}

function dialogDraft(d: DialogInfoDialog): XmlDraft {
  return element(
    'dialog',
    {
      id: d.id,
      'call-id': d.callId,
      'local-tag': d.localTag,
      'remote-tag': d.remoteTag,
      direction: d.direction,
    },
    [
      leaf('state', d.state, { event: d.event, code: d.code }),
      leaf('duration', d.durationSec),
      d.replaces &&
        element('replaces', {
          'call-id': d.replaces.callId,
          'local-tag': d.replaces.localTag,
          'remote-tag': d.replaces.remoteTag,
        }),
      leaf('referred-by', d.referredBy),
      party('local', d.local),
      party('remote', d.remote),
    ],
  );
}

function party(name: string, side: DialogInfoParty | undefined): XmlDraft | undefined {
  if (side === undefined) return undefined;
  return element(name, {}, [
    leaf('identity', side.identity, { display: side.display }),
    side.target === undefined ? undefined : element('target', { uri: side.target }),
  ]);
}

function dialog(el: XmlElement): DialogInfoDialog | undefined {
  const id = el.attribute('id');
  const state = el.child('state');
  const value = state?.text ?? '';
  if (id === undefined || !STATES.includes(value)) return undefined;
  const direction = el.attribute('direction');
  const event = state?.attribute('event') ?? '';
  const replaced = el.child('replaces');
  return present<DialogInfoDialog>({
    id,
    callId: el.attribute('call-id'),
    localTag: el.attribute('local-tag'),
    remoteTag: el.attribute('remote-tag'),
    direction: direction === 'initiator' || direction === 'recipient' ? direction : undefined,
    state: value as DialogInfoState,
    event: EVENTS.includes(event) ? (event as DialogInfoEvent) : undefined,
    code: state?.numberOf('code'),
    durationSec: wholeNumber(el.textOf('duration')),
    replaces: replaced && {
      callId: replaced.attribute('call-id') ?? '',
      localTag: replaced.attribute('local-tag') ?? '',
      remoteTag: replaced.attribute('remote-tag') ?? '',
    },
    referredBy: el.textOf('referred-by'),
    local: partyOf(el.child('local')),
    remote: partyOf(el.child('remote')),
  });
}

function partyOf(el: XmlElement | undefined): DialogInfoParty | undefined {
  if (el === undefined) return undefined;
  const identity = el.child('identity');
  return present<DialogInfoParty>({
    identity: identity?.text,
    display: identity?.attribute('display'),
    target: el.child('target')?.attribute('uri'),
  });
}
