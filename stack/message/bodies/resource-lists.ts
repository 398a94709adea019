import { element, formatXml, leaf, present, readBody } from './xml.ts';
import type { Parsed, XmlDraft, XmlElement } from './xml.ts';

const RESOURCE_LISTS = 'urn:ietf:params:xml:ns:resource-lists';

/** @rfc 4826 §3.1 */
export interface ResourceEntry {
  readonly uri: string;
  readonly displayName?: string;
}

/** A list of resources, and lists inside it. @rfc 4826 §3.1 */
export interface ResourceList {
  readonly name?: string;
  readonly displayName?: string;
  readonly entries: readonly ResourceEntry[];
  readonly lists: readonly ResourceList[];
}

/** Reads `application/resource-lists+xml`; references to other lists are left out. */
export function parseResourceLists(text: string): Parsed<readonly ResourceList[]> {
  return readBody<readonly ResourceList[]>(text, 'resource-lists', RESOURCE_LISTS, (root) =>
    root.childrenOf('list').map(list),
  );
}

/** Writes `application/resource-lists+xml`. */
export function formatResourceLists(lists: readonly ResourceList[]): string {
  return formatXml(element('resource-lists', { xmlns: RESOURCE_LISTS }, lists.map(listDraft)));
}

function listDraft({ name, displayName, entries, lists }: ResourceList): XmlDraft {
  return element('list', { name }, [
    leaf('display-name', displayName),
    ...entries.map((e) => element('entry', { uri: e.uri }, [leaf('display-name', e.displayName)])),
    ...lists.map(listDraft),
  ]);
}

function list(el: XmlElement): ResourceList {
  return present<ResourceList>({
    name: el.attribute('name'),
    displayName: el.textOf('display-name'),
    entries: el
      .childrenOf('entry')
      .map((e) =>
        present<ResourceEntry>({ uri: e.attribute('uri') ?? '', displayName: e.textOf('display-name') }),
      ),
    lists: el.childrenOf('list').map(list),
  });
}
