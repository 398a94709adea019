import type { OutgoingCall } from '../../../stack/agent/outgoing-call.ts';
import { octetText } from '../../../stack/message/octets.ts';
import type { ContractError } from '../../contract/errors.ts';
import { OperatorItem, type Decision } from '../../contract/operator.ts';
import type { ServerConfigInput } from '../../contract/server-config.ts';
import { servingLab, type ServingLab } from './serving-lab.ts';

/** A server of mode interactive at 10.0.0.1 with an operator who decides, in virtual time. */
export interface OperatorLab {
  readonly lab: ServingLab;
  readonly list: () => Promise<readonly OperatorItem[]>;
  /** Throws unless exactly one item is there. */
  readonly theItem: () => Promise<OperatorItem>;
  /** About the only item, or the one of `id`; then lets ten milliseconds pass. */
  readonly decide: (decision: Decision, id?: string) => Promise<void>;
  /** The code of the refusal of a decision. */
  readonly refusalOf: (decision: Decision, id: string) => Promise<string | undefined>;
}

const labs: ServingLab[] = [];

export async function closeOperatorLabs(): Promise<void> {
  for (const lab of labs.splice(0)) await lab.close();
}

export const OFFER =
  'v=0\r\no=siphon 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8\r\n';
/** How long the operator is waited for. */
export const TIMEOUT_MS = 30_000;

export const operatorLab = (input: ServerConfigInput = {}): OperatorLab => {
  const lab = servingLab({ mode: 'interactive', operatorTimeoutMs: TIMEOUT_MS, ...input });
  labs.push(lab);
  const list = async (): Promise<readonly OperatorItem[]> =>
    (await lab.operator['operator.list'](undefined)).map((item) => OperatorItem.parse(item));
  const theItem = async (): Promise<OperatorItem> => {
    const [item, ...more] = await list();
    if (item === undefined || more.length > 0) throw new Error('not exactly one item');
    return item;
  };
  const decide = async (decision: Decision, id?: string): Promise<void> => {
    const item = id ?? (await theItem()).id;
    await lab.operator['operator.decide']({ item, decision });
    await lab.clock.advanceAsync(10);
  };
  const refusalOf = async (decision: Decision, id: string): Promise<string | undefined> => {
    try {
      await decide(decision, id);
    } catch (error) {
      return (error as ContractError).code;
    }
    return undefined;
  };
  return { lab, list, theItem, decide, refusalOf };
};

export interface Placed {
  readonly call: OutgoingCall;
  /** `180`, `183 sdp`, `answered`, `486 Busy Here`, `ended by remote`. */
  readonly heard: string[];
}

/** A call of a new phone at `host` that serves nothing. */
export const dial = async (
  lab: ServingLab,
  from = 'sip:alice@10.0.0.2',
  host = '10.0.0.2',
): Promise<Placed> => {
  const phone = lab.phone(host);
  return dialAgain(lab, phone, from);
};

export const dialAgain = async (
  lab: ServingLab,
  phone: ReturnType<ServingLab['phone']>,
  from = 'sip:alice@10.0.0.2',
): Promise<Placed> => {
  const call = phone.call({ target: 'sip:bob@10.0.0.1', sdp: OFFER, from });
  const heard: string[] = [];
  call.onProvisional(({ status, incoming: { message } }) => {
    if (status > 100)
      heard.push(`${status}${message.first('Content-Type') === undefined ? '' : ' with description'}`);
  });
  call.onAnswered(() => heard.push('answered'));
  call.onFailed((result) =>
    heard.push(result.kind === 'response' ? `${result.status} ${result.reason}` : result.kind),
  );
  call.onEnded(({ by }) => heard.push(`ended by ${by}`));
  await lab.clock.advanceAsync(10);
  return { call, heard };
};

/** The last message the server sent with this start. */
export const sent = (lab: ServingLab, start: string): string => {
  const texts = lab.crossed
    .filter(({ direction }) => direction === 'out')
    .map(({ bytes }) => octetText(bytes));
  return texts.filter((text) => text.startsWith(start)).at(-1) ?? '';
};
