import type { HeaderLine } from '../../stack/agent/header-line.ts';
import { bindingsOf, bindingTable } from './bindings.ts';
import { EXIT } from './io.ts';
import { isSuccess, toldOf } from './outcome.ts';
import { addressOfRecord, domainOf, sipUri } from './target.ts';
import { type AgentTools, interrupted } from './with-agent.ts';

/** Options of the subcommands that speak with a registrar. */
export interface RegistrarFlags {
  readonly registrar?: string;
}

/** The address of record a person names, and who registers it. */
export function registrarOf(
  text: string,
  { registrar }: RegistrarFlags,
): { readonly aor: string; readonly registrar: string } {
  const uri = sipUri(text);
  return {
    aor: addressOfRecord(uri),
    registrar: registrar === undefined ? domainOf(uri) : sipUri(registrar).text,
  };
}

/**
 * Sends one REGISTER, and shows the bindings that its answer lists.
 * @param contacts - Contact lines; without any the registrar is only asked. @rfc 3261 §10.2.2, §10.2.3
 * @returns the exit code.
 */
export async function askRegistrar(
  { agent, outside, report, signal }: AgentTools,
  { aor, contacts }: { readonly aor: string; readonly contacts: readonly HeaderLine[] },
): Promise<number> {
  const result = await Promise.race([
    agent.request({
      ...outside,
      from: outside.from ?? aor,
      to: aor,
      method: 'REGISTER',
      isReachable: false,
      headers: [...contacts, ...(outside.headers ?? [])],
    }),
    interrupted(signal),
  ]);
  if (result === undefined) return EXIT.interrupted;
  const told = toldOf(result);
  if (!isSuccess(result) || result.kind !== 'response') {
    report('refused', told);
    return EXIT.negative;
  }
  const bindings = bindingsOf(result.message);
  const count = bindings.length === 1 ? '1 binding' : `${bindings.length || 'no'} bindings`;
  report('bindings', {
    ...told,
    text: `${told.text}, ${count}`,
    fields: { ...told.fields, bindings },
    more: bindings.length === 0 ? '' : bindingTable(bindings),
  });
  return EXIT.ok;
}
