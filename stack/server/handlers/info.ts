import { infoPackage } from '../../message/headers/info-package.ts';
import type { Handler } from '../handler.ts';

export interface InfoOptions {
  /** Names of the Info Packages that are taken, in lower case; INFO without a package is taken anyway. */
  readonly packages?: readonly string[];
}

/** Takes INFO requests of a call: DTMF, media control and what a lab sends; 469 to an Info Package that is not taken. @rfc 6086 §4.2.2 */
export function info({ packages = [] }: InfoOptions = {}): Handler {
  return {
    name: 'info',
    methods: ['INFO'],
    accept: ['application/dtmf-relay', 'application/dtmf', 'application/media_control+xml', 'text/plain'],
    infoPackages: packages,
    explain: () => 'INFO: answers 200 in a call, 481 outside of one, 469 to an Info Package not served here.',
    handle: (request) => {
      const asked = infoPackage(request.message)?.value;
      if (request.session === undefined) request.respond(481);
      else if (asked === undefined || packages.includes(asked)) request.respond(200);
      else request.respond(469, { headers: [['Recv-Info', packages.join(', ')]] });
    },
  };
}
