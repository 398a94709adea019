import { ranged, rangedToLineEnd } from '../../../scenarios/language/check.ts';
import { complete } from '../../../scenarios/language/complete.ts';
import { readDocument } from '../../../scenarios/language/document.ts';
import { edit } from '../../../scenarios/language/edit.ts';
import { hover } from '../../../scenarios/language/hover.ts';
import { EditError } from '../../../scenarios/language/step-text.ts';
import { exportSipp } from '../../../scenarios/sipp/export.ts';
import { scenarioWith } from '../../../scenarios/schema/scenario.ts';
import { NodeOptions } from '../../servers/scenario-nodes/node-options.ts';
import { ContractError } from '../../contract/errors.ts';
import type { ScenarioHandlers } from './handlers.ts';
import { importScenario } from './import-scenario.ts';

type LanguageMethod = `scenarios.${'complete' | 'hover' | 'edit' | 'toSippXml' | 'importSipp'}`;

const LANGUAGE = scenarioWith(NodeOptions);

/** What is asked about a text alone. */
export const languageHandlers: Pick<ScenarioHandlers, LanguageMethod> = {
  'scenarios.complete': ({ text, line, column }) => ({ items: complete(text, line, column, LANGUAGE) }),
  'scenarios.hover': ({ text, line, column }) => ({ ...hover(text, line, column, LANGUAGE) }),
  'scenarios.edit': ({ text, edit: change }) => {
    try {
      return edit(text, change);
    } catch (error) {
      if (error instanceof EditError) throw new ContractError('bad-params', error.message);
      throw error;
    }
  },
  'scenarios.toSippXml': ({ text }) => {
    const exported = exportSipp(text);
    const document = readDocument(text);
    if (exported.isValid) return { xml: exported.xml, warnings: ranged(exported.warnings, document) };
    throw refused(ranged(exported.diagnostics, document), 'It cannot be a scenario of SIPp');
  },
  'scenarios.importSipp': ({ text, fileName }) => {
    const imported = importScenario(text, fileName.replace(/\.[^.]*$/, '') || 'Scenario');
    if (!imported.isValid)
      throw refused(
        rangedToLineEnd(imported.diagnostics, text),
        `${fileName} is no scenario of SIPp or siphon-rs`,
      );
    return {
      yaml: imported.yaml,
      diagnostics: rangedToLineEnd(imported.warnings, text),
      suggestedPath: suggestedPath(fileName),
    };
  },
};

function refused(
  diagnostics: readonly { readonly message: string; readonly line: number }[],
  what: string,
): ContractError {
  const [first] = diagnostics;
  const why = first === undefined ? '' : `: line ${first.line}, ${first.message}`;
  return new ContractError('invalid-config', `${what}${why}.`, { diagnostics });
}

/** `UAC Basic.xml` as `UAC-Basic.yaml` */
function suggestedPath(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]*$/, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return `${stem === '' ? 'imported' : stem.slice(0, 100)}.yaml`;
}
