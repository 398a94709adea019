import type { Transferee } from '../../events/refer/transferee.ts';
import type { Handler } from '../handler.ts';

/** Calls whom a peer refers us to. Stands beside `subscribe`, which serves the subscription that a REFER makes. @rfc 3515 §2.4.2 */
export function refer(transferee: Transferee): Handler {
  return {
    name: 'refer',
    methods: ['REFER'],
    supported: ['norefersub'],
    explain: () =>
      'REFER: answers 202, makes the call and notifies of its progress; 403 for forbidden targets.',
    handle: (request) => {
      transferee.accept(request);
    },
  };
}
