import { element, formatXml, leaf, present, readBody } from './xml.ts';
import type { Parsed, XmlElement } from './xml.ts';

const RLMI = 'urn:ietf:params:xml:ns:rlmi';

/** One subscription behind a resource of a list. @rfc 4662 §5.5 */
export interface RlmiInstance {
  readonly id: string;
  readonly state: 'pending' | 'active' | 'terminated';
  readonly reason?: string;
  /** Content-ID of the body part with its state. */
  readonly cid?: string;
}

/** @rfc 4662 §5.4 */
export interface RlmiResource {
  readonly uri: string;
  readonly names: readonly string[];
  readonly instances: readonly RlmiInstance[];
}

/** Meta-information about a list of resources. @rfc 4662 §5.2 */
export interface Rlmi {
  readonly uri: string;
  readonly version: number;
  readonly isFullState: boolean;
  readonly cid?: string;
  readonly names: readonly string[];
  readonly resources: readonly RlmiResource[];
}

/** Reads `application/rlmi+xml`. */
export function parseRlmi(text: string): Parsed<Rlmi> {
  return readBody<Rlmi>(text, 'list', RLMI, (root) => {
    const uri = root.attribute('uri');
    const version = root.numberOf('version');
    const isFullState = root.booleanOf('fullState');
    if (uri === undefined || version === undefined || isFullState === undefined) {
      return 'list has no uri, version or fullState.';
    }
    const resources: RlmiResource[] = [];
    for (const el of root.childrenOf('resource')) {
      const instances = el.childrenOf('instance').map(instance);
      const known = instances.filter((i) => i !== undefined);
      if (known.length < instances.length) return 'An instance has no id or no known state.';
      resources.push({ uri: el.attribute('uri') ?? '', names: names(el), instances: known });
    }
    return present<Rlmi>({
      uri,
      version,
      isFullState,
      cid: root.attribute('cid'),
      names: names(root),
      resources,
    });
  });
}

/** Writes `application/rlmi+xml`. */
export function formatRlmi(rlmi: Rlmi): string {
  return formatXml(
    element(
      'list',
      { xmlns: RLMI, uri: rlmi.uri, version: rlmi.version, fullState: rlmi.isFullState, cid: rlmi.cid },
      [
        ...rlmi.names.map((n) => leaf('name', n)),
        ...rlmi.resources.map((r) =>
          element('resource', { uri: r.uri }, [
            ...r.names.map((n) => leaf('name', n)),
            ...r.instances.map((i) =>
              element('instance', { id: i.id, state: i.state, reason: i.reason, cid: i.cid }),
            ),
          ]),
        ),
      ],
    ),
  );
}

function names(el: XmlElement): readonly string[] {
  return el.childrenOf('name').map((n) => n.text);
}

function instance(el: XmlElement): RlmiInstance | undefined {
  const id = el.attribute('id');
  const state = el.attribute('state');
  if (id === undefined) return undefined;
  if (state !== 'pending' && state !== 'active' && state !== 'terminated') return undefined;
  return present<RlmiInstance>({ id, state, reason: el.attribute('reason'), cid: el.attribute('cid') });
}
