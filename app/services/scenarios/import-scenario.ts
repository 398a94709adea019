import { importSiphonRs } from '../../../scenarios/engine/siphon-rs/import.ts';
import type { ImportOptions } from '../../../scenarios/sipp/context.ts';
import { importSipp, type Imported } from '../../../scenarios/sipp/import.ts';

/**
 * Makes a scenario of ours of somebody else's: XML is SIPp's, JSON is siphon-rs's.
 * @param name - how reports call one whose file has no name.
 */
export const importScenario = (text: string, name: string, options: ImportOptions = {}): Imported =>
  /^\s*\{/.test(text) ? importSiphonRs(text, name) : importSipp(text, options);
