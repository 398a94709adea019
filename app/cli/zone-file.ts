import { decodeText, octetText } from '../../stack/message/octets.ts';
import type { Dns } from '../../stack/resolver/dns.ts';
import { Zone, zoneDns } from '../../stack/resolver/zone.ts';
import { parseZone } from '../../stack/resolver/zone-text.ts';
import { type CliIo, usageError } from './io.ts';
import { readInput } from './read-input.ts';

/** A name system that knows what a zone file says. @throws CliError 2 with the line that is no record */
export async function zoneFile(path: string, io: CliIo): Promise<Dns> {
  const { records, problems } = parseZone(decodeText(octetText(await readInput(path, io))));
  const [problem] = problems;
  if (problem !== undefined) throw usageError(`${path}, line ${problem.line}: ${problem.message}`);
  return zoneDns(new Zone(records));
}
