import type { Diagnostic, Place } from '../engine/diagnostic.ts';
import type { CommandPairs } from './command-pairs.ts';
import type { Find } from '../schema/matcher.ts';
import type { FieldFile, FieldTable } from './fields.ts';
import type { Element } from './xml.ts';

/** A step in the form it has in a file. */
export type Step = Record<string, unknown>;

/** What a file does not say because it is said on the command line of sipp. */
export interface ImportOptions {
  /** Of `-t`; udp when left out. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** Of `-i` and `-p`, as ADDRESS:PORT; where none is given a server listens on 127.0.0.1:5060, a client on a free port. */
  readonly listen?: string;
  /** The files of `-inf`; the first one is meant where a field names none. */
  readonly fields?: readonly FieldFile[];
  /** XML of the other sipp of `-3pcc`: both become actors of one scenario. */
  readonly peer?: string;
}

/** One of the sipps that are imported, as its actor. */
export interface ImportRole {
  readonly actorName: string;
  /** Before its variables, which are its own: two sipps may both have a `$1`. */
  readonly prefix: string;
  /** Variables of whom it talks to. */
  readonly target: {
    readonly uri: string;
    readonly user: string;
    readonly host: string;
    readonly port: string;
  };
  /** Its commands to the other sipp that could be matched. */
  readonly commands: CommandPairs;
}

/** What is known while a SIPp file is read from top to bottom. */
export class ImportContext {
  readonly warnings: Diagnostic[] = [];
  readonly variables = new Map<string, string | number>();
  /** Keys of the actor beside its steps. */
  readonly actor: Record<string, unknown> = {};
  readonly role: ImportRole;
  readonly transport: string;
  readonly isIpv6: boolean;
  /** Names of both ends as the last request wrote them, without tags. */
  from: string | undefined;
  to: string | undefined;
  /** Methods of named transactions. */
  readonly transactions = new Map<string, string>();
  /** Of the last response that was waited for, since the last label. */
  receivedStatus: number | undefined;
  receivedMethod: string | undefined;
  /** Of the last response that was sent, since the last label. */
  sentStatus: number | undefined;
  /** Variables that hold the content of a message: its body, and in NAME_type its Content-Type. */
  readonly contents = new Set<string>();
  readonly tables: readonly FieldTable[];
  #matcher: { find?: Find[] } | undefined;

  constructor(
    role: ImportRole,
    { transport = 'udp', listen = '' }: ImportOptions,
    tables: readonly FieldTable[],
  ) {
    this.role = role;
    this.tables = tables;
    this.transport = transport;
    this.isIpv6 = listen.startsWith('[');
  }

  warn(place: Place, message: string): void {
    this.warnings.push({ severity: 'warning', path: '', message, line: place.line, column: place.column });
  }

  /** A variable of the file; the first value that is named stays. */
  declare(wanted: string, value: string | number = ''): string {
    const name = this.tables.some(({ dataset }) => dataset === wanted) ? `${wanted}_` : wanted;
    if (!this.variables.has(name)) this.variables.set(name, value);
    return name;
  }

  /** A variable of the XML, by its name there. */
  variable(name: string): string {
    return this.declare(this.role.prefix + variableName(name));
  }

  /** What is taken out of the last message that came. @returns whether one did. */
  take(find: Find): boolean {
    if (this.#matcher === undefined) return false;
    const { find: finds = [] } = this.#matcher;
    if (!finds.some(({ matches, in: where }) => matches === find.matches && where === find.in))
      this.#matcher.find = [...finds, find];
    return true;
  }

  received(matcher: { find?: Find[] }): void {
    this.#matcher = matcher;
  }
}

/** The name of a variable of SIPp in our language: `$1` is v1. */
export const variableName = (name: string): string =>
  /^\d/.test(name) ? `v${name}` : name.replace(/\W/g, '_');

/** Attributes of statistics and of the screen of sipp: nothing of them changes a message. */
const STATISTICS = ['start_rtd', 'rtd', 'repeat_rtd', 'crlf', 'counter', 'hide', 'display'];

/** Says what attributes are not kept. @param known - those that somebody looked at. */
export function warnOfAttributes(
  { attributes, name, place }: Element,
  known: readonly string[],
  context: ImportContext,
): void {
  for (const key of Object.keys(attributes)) {
    if (STATISTICS.includes(key))
      context.warn(place, `${key} of ${name} is for the statistics and the screen of sipp: it is left out`);
    else if (!known.includes(key)) context.warn(place, `${key} of ${name} is not supported: it is left out`);
  }
}
