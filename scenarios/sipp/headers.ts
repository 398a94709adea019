import type { ImportContext } from './context.ts';
import { withVariables } from './keywords.ts';
import type { HeaderLine } from './message-text.ts';

/** Headers of a step in our language: a list where there are several lines. */
export type StepHeaders = Record<string, string | null | string[]>;

const OWN_URI = /^<?sips?:([\w.-]*@)?\[local_ip\](:\[local_port\])?(;transport=\[transport\])?>?$/i;

/** Whether the agent writes this line itself, as SIPp's keywords ask it to. */
export function isAgents(
  { name, value, isCopied }: HeaderLine,
  method: string | undefined,
  isBodyless: boolean,
  context: ImportContext,
): boolean {
  switch (name.toLowerCase()) {
    case 'via':
    case 'v':
      return isCopied || value.includes('[branch');
    case 'call-id':
    case 'i':
      return isCopied || value === '[call_id]';
    case 'cseq':
      return isCopied || isPlainCseq(value, method);
    case 'max-forwards':
      return value === '70';
    case 'content-length':
    case 'l':
      return value === '[len]' || (isBodyless && value === '0');
    case 'contact':
    case 'm':
      return isOwnContact(value, method === undefined, context);
    case 'record-route':
      return isCopied && method === undefined;
    case 'route':
      return value === '[routes]';
    default:
      return false;
  }
}

const isPlainCseq = (value: string, method: string | undefined): boolean => {
  const [, written] =
    /^(?:\d+|\[cseq(?:[+-]\d+)?\]|\[\$\w+\]|\[last_cseq_number(?:[+-]\d+)?\])\s+(\S+)$/.exec(value) ?? [];
  return written !== undefined && (method === undefined || written === method);
};

function isOwnContact(value: string, isResponse: boolean, { actor, role }: ImportContext): boolean {
  const [whole, user] = OWN_URI.exec(value) ?? [];
  if (whole === undefined) return false;
  return (
    isResponse ||
    user === undefined ||
    user === `${typeof actor['user'] === 'string' ? actor['user'] : role.actorName}@`
  );
}

/** Adds a line that is not the agent's own. */
export function addHeader(headers: StepHeaders, line: HeaderLine, context: ImportContext): void {
  const { name, value, isCopied } = line;
  const place = { line: line.line, column: 1 };
  const text = withVariables(value, place, context);
  // A copied line brings its name along.
  const own = isCopied && text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text;
  const given = headers[name];
  headers[name] = given === undefined || given === null ? own : [given, own].flat();
}
