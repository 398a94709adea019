import { compile } from '../../../scenarios/engine/compile.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import type { ReadFile } from '../../../scenarios/engine/read-file.ts';
import { selected } from '../../../scenarios/engine/selection.ts';
import { ranged } from '../../../scenarios/language/check.ts';
import { readDocument } from '../../../scenarios/language/document.ts';
import { outlineOf } from '../../../scenarios/language/outline.ts';
import { withRelatives } from '../../../scenarios/language/selection.ts';
import { encodeText } from '../../../stack/message/octets.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import { NODE_RULES } from '../../servers/scenario-nodes/node-options.ts';
import { ContractError } from '../../contract/errors.ts';

/**
 * The program of a text, or of some of its steps.
 * @param readFile - gives the files that it names.
 * @throws ContractError 'invalid-config'
 */
export function programOf(text: string, only: readonly string[] | undefined, readFile: ReadFile): Program {
  const compiled = compile(text, readFile, NODE_RULES);
  if (!compiled.isValid) {
    const diagnostics = ranged(compiled.diagnostics, readDocument(text));
    const [first] = diagnostics;
    const why = first === undefined ? '' : `: line ${first.line}, ${first.message}`;
    throw new ContractError('invalid-config', `It cannot be run${why}.`, { diagnostics });
  }
  const { program } = compiled;
  const outline = only === undefined ? undefined : outlineOf(readDocument(text));
  if (only === undefined || outline === undefined) return program;
  const known = new Set(outline.steps.map(({ id }) => id));
  const unknown = only.find((id) => !known.has(id));
  if (only.length === 0 || unknown !== undefined)
    throw new ContractError(
      'invalid-config',
      unknown === undefined ? 'No step is chosen.' : `There is no step ${unknown}.`,
      { diagnostics: [] },
    );
  return selected(program, withRelatives(outline, only));
}

/** `127.0.0.1:5060` and `sip:bob@example.com` as a URI. @throws ContractError 'invalid-config' */
export function targetUri(text: string): string {
  const trimmed = text.trim();
  const uri = parseUri(encodeText(/^sips?:/i.test(trimmed) ? trimmed : `sip:${trimmed}`));
  if (uri.isValid && uri.host !== '') return uri.text;
  throw new ContractError('invalid-config', `${text} is no SIP URI, such as sip:bob@127.0.0.1:5060.`, {
    diagnostics: [],
  });
}
