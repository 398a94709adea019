import type { Actor } from '../schema/scenario.ts';
import type { Find, HeaderCheck, SdpCheck, StatusMatch } from '../schema/matcher.ts';
import type { Headers, RequestSend, ResponseSend } from '../schema/send.ts';
import type { Fault } from '../../stack/transport/faults.ts';
import type { ProgramDataset } from './datasets/cursor.ts';
import type { Place } from './diagnostic.ts';

/** A step as a person wrote it: what reports name. */
export interface StepInfo extends Place {
  /** Unique in the program: what the person called it, else its path. */
  readonly id: string;
  /** `expect 180`, `invite`. */
  readonly title: string;
  /** The file it stands in, as seen from the one that is run, where another scenario was called. */
  readonly file?: string;
}

/** Something that goes wrong on purpose where messages of an actor cross its socket. */
export type ActorFault = Omit<Fault, 'spec'>;

/** What a message must be like; texts may hold `${}`. */
export interface CompiledMatch {
  /** For people: `180`, `INVITE`. */
  readonly title: string;
  readonly status?: StatusMatch | undefined;
  readonly method?: string | undefined;
  readonly uri?: string | undefined;
  readonly headers: Readonly<Record<string, HeaderCheck>>;
  readonly body?: string | { readonly matches: string } | undefined;
  readonly sdp?: SdpCheck | undefined;
  readonly capture: Readonly<Record<string, string>>;
  readonly find: readonly Find[];
  readonly withinMs?: number | undefined;
  readonly afterMs?: number | undefined;
  /** Id of the step from whose end both count; from the begin of the step that waits without it. */
  readonly since?: string | undefined;
  /** Of a request that may come before what is waited for: the status it is answered with at once. */
  readonly answer?: number | undefined;
}

/** One thing an actor does. Jumps name the index of an instruction. */
export type Instruction = { readonly step: StepInfo; readonly dialog: string } & (
  | { readonly op: 'send'; readonly what: RequestSend | ResponseSend }
  | {
      readonly op: 'raw';
      readonly text: string;
      /** Sent in pieces of so many octets. */
      readonly pieceOctets: number | undefined;
      readonly pauseMs: number;
    }
  | { readonly op: 'disconnect' }
  | { readonly op: 'disconnected'; readonly withinMs: number | undefined }
  /** Waits for one of the choices; optional messages may come before it. */
  | {
      readonly op: 'expect';
      readonly choices: readonly { readonly match: CompiledMatch; readonly to: number }[];
      readonly optional: readonly CompiledMatch[];
      /** Where it goes on when none has come for so long; it fails then without it. */
      readonly onTimeout?: { readonly afterMs: number; readonly to: number } | undefined;
    }
  /** Waits for all of them, in any order; optional messages may come before the last. */
  | {
      readonly op: 'gather';
      readonly matches: readonly CompiledMatch[];
      readonly optional: readonly CompiledMatch[];
    }
  | {
      readonly op: 'none';
      readonly forMs: number;
      readonly match: CompiledMatch | undefined;
      /** It is about what came before. */
      readonly isOfRetransmissions: boolean;
    }
  | { readonly op: 'wait'; readonly ms: number }
  | { readonly op: 'set'; readonly values: Readonly<Record<string, string | number | boolean>> }
  | { readonly op: 'check'; readonly expression: string }
  /** The wire misbehaves from now on. */
  | { readonly op: 'fault'; readonly fault: ActorFault }
  | { readonly op: 'log'; readonly text: string }
  | { readonly op: 'jump'; readonly to: number }
  /** Goes to `to` unless the expression is true. */
  | { readonly op: 'unless'; readonly expression: string; readonly to: number }
  /** Counts a round; goes to `to` when there were enough. */
  | { readonly op: 'round'; readonly counter: string; readonly times: number; readonly to: number }
  | { readonly op: 'rewind'; readonly counter: string }
  /** The steps of another scenario begin: its own variables, some of them given by the caller, are there until they end. */
  | {
      readonly op: 'enter';
      readonly own: Readonly<Record<string, string | number | boolean>>;
      readonly given: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly op: 'leave' }
  | { readonly op: 'sync'; readonly point: string }
);

/** A registration that is kept alive; texts may hold `${}`. */
export interface RegistrationProgram {
  readonly step: StepInfo;
  readonly expiresSec: number;
  readonly registrar: string | undefined;
  readonly headers: Headers | undefined;
}

export interface ActorProgram {
  readonly name: string;
  readonly actor: Actor;
  readonly instructions: readonly Instruction[];
  readonly registration: RegistrationProgram | undefined;
  /** The scenario sends the ACK of a 2xx itself. */
  readonly acknowledgesByHand: boolean;
}

/** A server of ours that takes part. */
export interface NodeProgram {
  readonly name: string;
  /** Its mode and options as written; texts may hold `${}`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Variables of the file that its options are about, in the order of the file. */
  readonly variables: readonly string[];
  /** Actors whose addresses its options are about. */
  readonly actors: readonly string[];
}

/** A scenario ready to run. */
export interface Program {
  readonly name: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly datasets: readonly ProgramDataset[];
  /** How many times it is run, each with other rows. */
  readonly runs: number;
  readonly timeoutMs: number;
  /** Words of the sentence it is to fail with. */
  readonly expectedFailure: string | undefined;
  /** In the order they are started: none before one that its options are about. */
  readonly nodes: readonly NodeProgram[];
  /** The node that stands first in the file: the target, where none is given. */
  readonly firstNode: string | undefined;
  readonly actors: readonly ActorProgram[];
  /** Every point of `sync` and the actors that come to it. */
  readonly meetings: ReadonlyMap<string, ReadonlySet<string>>;
}
