import { each } from './access.ts';
import type { Reader } from './reader.ts';

/** A namespace and a priority in it, both in lower case: `dsn` and `flash`. @rfc 4412 §3.1 */
export interface ResourcePriority {
  readonly namespace: string;
  readonly priority: string;
}

function value(reader: Reader): ResourcePriority | undefined {
  const parts = reader.token()?.toLowerCase().split('.') ?? [];
  const [namespace = '', priority = ''] = parts;
  return parts.length === 2 && namespace !== '' && priority !== '' ? { namespace, priority } : undefined;
}

/** The priorities asked for. @rfc 4412 §3.1 */
export const resourcePriority = each('Resource-Priority', value);
/** The priorities an element knows. @rfc 4412 §3.2 */
export const acceptResourcePriority = each('Accept-Resource-Priority', value);
