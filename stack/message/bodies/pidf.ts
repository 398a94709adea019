import { element, formatXml, leaf, present, readBody, type Parsed, type XmlElement } from './xml.ts';

export const PIDF_TYPE = 'application/pidf+xml';

const PIDF = 'urn:ietf:params:xml:ns:pidf';
const DATA_MODEL = 'urn:ietf:params:xml:ns:pidf:data-model';
const RPID = 'urn:ietf:params:xml:ns:pidf:rpid';

/** Words for people. @rfc 3863 §4.1.6 */
export interface PidfNote {
  readonly text: string;
  readonly lang?: string;
}

/** One way to reach the presentity. @rfc 3863 §4.1.2 */
export interface PidfTuple {
  readonly id: string;
  readonly basic?: 'open' | 'closed';
  readonly contact?: string;
  /** 0 to 1, up to three decimals. @rfc 3863 §4.1.5 */
  readonly priority?: string;
  readonly notes: readonly PidfNote[];
  /** `2003-08-27T11:49:29Z` */
  readonly timestamp?: string;
}

/** What the human is doing. @rfc 4479 §3.4, RFC 4480 §3.2 */
export interface PidfPerson {
  readonly id: string;
  /** Names of RPID activities such as `on-the-phone`. */
  readonly activities: readonly string[];
  readonly notes: readonly PidfNote[];
}

/** A presence document. @rfc 3863 §4.1.1 */
export interface Pidf {
  /** `pres:` or `sip:` URI of the presentity. */
  readonly entity: string;
  readonly tuples: readonly PidfTuple[];
  readonly persons: readonly PidfPerson[];
  readonly notes: readonly PidfNote[];
}

/** Reads `application/pidf+xml`. Unknown elements are left out. */
export function parsePidf(text: string): Parsed<Pidf> {
  return readBody<Pidf>(text, 'presence', PIDF, (root) => {
    const entity = root.attribute('entity');
    if (entity === undefined) return 'presence has no entity.';
    return {
      entity,
      tuples: root.childrenOf('tuple').map(tuple),
      persons: root.childrenOf('person', DATA_MODEL).map(person),
      notes: root.childrenOf('note').map(note),
    };
  });
}

/** Writes `application/pidf+xml`. */
export function formatPidf(pidf: Pidf): string {
  const hasPersons = pidf.persons.length > 0;
  return formatXml(
    element(
      'presence',
      {
        xmlns: PIDF,
        'xmlns:dm': hasPersons ? DATA_MODEL : undefined,
        'xmlns:rpid': hasPersons ? RPID : undefined,
        entity: pidf.entity,
      },
      [
        ...pidf.tuples.map((t) =>
          element('tuple', { id: t.id }, [
            element('status', {}, [leaf('basic', t.basic)]),
            leaf('contact', t.contact, { priority: t.priority }),
            ...t.notes.map((n) => noteDraft('note', n)),
            leaf('timestamp', t.timestamp),
          ]),
        ),
        ...pidf.notes.map((n) => noteDraft('note', n)),
        ...pidf.persons.map((p) =>
          element('dm:person', { id: p.id }, [
            p.activities.length === 0
              ? undefined
              : element(
                  'rpid:activities',
                  {},
                  p.activities.map((name) => element(`rpid:${name}`, {})),
                ),
            ...p.notes.map((n) => noteDraft('dm:note', n)),
          ]),
        ),
      ],
    ),
  );
}

function noteDraft(name: string, { text, lang }: PidfNote): ReturnType<typeof leaf> {
  return leaf(name, text, { 'xml:lang': lang });
}

function tuple(el: XmlElement): PidfTuple {
  const basic = el.child('status')?.textOf('basic');
  const contact = el.child('contact');
  return present<PidfTuple>({
    id: el.attribute('id') ?? '',
    basic: basic === 'open' || basic === 'closed' ? basic : undefined,
    contact: contact?.text,
    priority: contact?.attribute('priority'),
    notes: el.childrenOf('note').map(note),
    timestamp: el.textOf('timestamp'),
  });
}

function person(el: XmlElement): PidfPerson {
  return {
    id: el.attribute('id') ?? '',
    activities: (el.child('activities', RPID)?.children ?? []).map((a) => a.name),
    notes: el.childrenOf('note').map(note),
  };
}

function note(el: XmlElement): PidfNote {
  return present<PidfNote>({ text: el.text, lang: el.attributes.find((a) => a.name === 'lang')?.value });
}
