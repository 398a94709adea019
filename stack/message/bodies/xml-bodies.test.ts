import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConferenceInfo, parseConferenceInfo, type ConferenceInfo } from './conference-info.ts';
import { formatDialogInfo, parseDialogInfo, type DialogInfo } from './dialog-info.ts';
import { formatPidf, parsePidf, type Pidf } from './pidf.ts';
import { formatReginfo, parseReginfo, type Reginfo } from './reginfo.ts';
import { formatResourceLists, parseResourceLists, type ResourceList } from './resource-lists.ts';
import { formatRlmi, parseRlmi, type Rlmi } from './rlmi.ts';
import { formatWatcherinfo, parseWatcherinfo, type Watcherinfo } from './watcherinfo.ts';
import type { Parsed } from './xml.ts';

/*
 * Verified: every XML body survives being written and read, whatever stands in it, and the examples of the RFCs are read as they are meant.
 */

const word = fc.stringMatching(/^[a-z0-9<>&"'.:@-]{1,12}$/);
const number = fc.nat(1_000_000);
const opt = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const few = <T>(arbitrary: Arbitrary<T>): Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 3 });
/** Optional members are absent, not undefined. */
const parts = <T extends object>(
  required: Record<string, Arbitrary<unknown>>,
  optional: Record<string, Arbitrary<unknown>> = {},
): Arbitrary<T> =>
  fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as unknown as Arbitrary<T>;

const note = parts({ text: word }, { lang: fc.constantFrom('en', 'de') });
const pidf = parts<Pidf>({
  entity: word,
  tuples: few(
    parts(
      { id: word, notes: few(note) },
      { basic: fc.constantFrom('open', 'closed'), timestamp: word },
    ).chain((t) =>
      opt(fc.tuple(word, opt(word))).map((c) =>
        c === undefined ? t : { ...t, contact: c[0], ...(c[1] === undefined ? {} : { priority: c[1] }) },
      ),
    ),
  ),
  persons: few(
    parts({ id: word, activities: few(fc.constantFrom('away', 'busy', 'on-the-phone')), notes: few(note) }),
  ),
  notes: few(note),
});
const party = parts({ identity: word }, { display: word, target: word });
const fullOrPartial = fc.constantFrom('full', 'partial');
const dialogInfo = parts<DialogInfo>({
  entity: word,
  version: number,
  state: fullOrPartial,
  dialogs: few(
    parts(
      { id: word, state: fc.constantFrom('trying', 'proceeding', 'early', 'confirmed', 'terminated') },
      {
        callId: word,
        localTag: word,
        remoteTag: word,
        direction: fc.constantFrom('initiator', 'recipient'),
        event: fc.constantFrom(
          'cancelled',
          'rejected',
          'replaced',
          'local-bye',
          'remote-bye',
          'error',
          'timeout',
        ),
        code: fc.integer({ min: 100, max: 699 }),
        durationSec: number,
        replaces: parts({ callId: word, localTag: word, remoteTag: word }),
        referredBy: word,
        local: party,
        remote: party,
      },
    ),
  ),
});
const reginfo = parts<Reginfo>({
  version: number,
  state: fullOrPartial,
  registrations: few(
    parts({
      aor: word,
      id: word,
      state: fc.constantFrom('init', 'active', 'terminated'),
      contacts: few(
        parts(
          {
            id: word,
            state: fc.constantFrom('active', 'terminated'),
            event: fc.constantFrom('registered', 'created', 'refreshed', 'expired', 'unregistered'),
            uri: word,
          },
          {
            durationRegisteredSec: number,
            expiresSec: number,
            retryAfterSec: number,
            q: word,
            callId: word,
            cseq: number,
            displayName: word,
            pubGruu: word,
          },
        ),
      ),
    }),
  ),
});
const watcherinfo = parts<Watcherinfo>({
  version: number,
  state: fullOrPartial,
  lists: few(
    parts({
      resource: word,
      package: word,
      watchers: few(
        parts(
          {
            id: word,
            uri: word,
            status: fc.constantFrom('pending', 'active', 'waiting', 'terminated'),
            event: fc.constantFrom('subscribe', 'approved', 'timeout', 'noresource'),
          },
          { displayName: word, expirationSec: number, durationSubscribedSec: number },
        ),
      ),
    }),
  ),
});
const entry = parts({ uri: word }, { displayName: word });
const list = parts<ResourceList>(
  { entries: few(entry), lists: few(parts<ResourceList>({ entries: few(entry), lists: fc.constant([]) })) },
  { name: word, displayName: word },
);
const rlmi = parts<Rlmi>(
  {
    uri: word,
    version: number,
    isFullState: fc.boolean(),
    names: few(word),
    resources: few(
      parts({
        uri: word,
        names: few(word),
        instances: few(
          parts(
            { id: word, state: fc.constantFrom('pending', 'active', 'terminated') },
            { reason: word, cid: word },
          ),
        ),
      }),
    ),
  },
  { cid: word },
);
const part = fc.constantFrom('full', 'partial', 'deleted');
const conferenceInfo = parts<ConferenceInfo>(
  {
    entity: word,
    version: number,
    state: part,
    users: few(
      parts(
        {
          entity: word,
          roles: few(word),
          endpoints: few(
            parts(
              { entity: word },
              {
                state: part,
                displayText: word,
                status: word,
                joiningMethod: word,
                disconnectionMethod: word,
              },
            ),
          ),
        },
        { state: part, displayText: word },
      ),
    ),
  },
  { subject: word, maxUserCount: number, userCount: number, isActive: fc.boolean(), isLocked: fc.boolean() },
);

const survives = <T>(
  arbitrary: Arbitrary<T>,
  format: (value: T) => string,
  parse: (text: string) => Parsed<T>,
): void => {
  fc.assert(
    fc.property(arbitrary, (value) => {
      expect(parse(format(value))).toEqual({ kind: 'ok', value });
    }),
    { numRuns: 60 },
  );
};

describe('XML bodies survive being written and read', () => {
  it('RFC 3863 §4: presence, with the person of RFC 4480', () => {
    survives(pidf, formatPidf, parsePidf);
  });
  it('RFC 4235 §4: dialogs', () => {
    survives(dialogInfo, formatDialogInfo, parseDialogInfo);
  });
  it('RFC 3680 §5: registrations', () => {
    survives(reginfo, formatReginfo, parseReginfo);
  });
  it('RFC 3858 §4: watchers', () => {
    survives(watcherinfo, formatWatcherinfo, parseWatcherinfo);
  });
  it('RFC 4826 §3.1: lists of resources', () => {
    survives(
      fc.array(list, { maxLength: 2 }) as Arbitrary<readonly ResourceList[]>,
      formatResourceLists,
      parseResourceLists,
    );
  });
  it('RFC 4662 §5: what is known about the members of a list', () => {
    survives(rlmi, formatRlmi, parseRlmi);
  });
  it('RFC 4575 §5: conferences', () => {
    survives(conferenceInfo, formatConferenceInfo, parseConferenceInfo);
  });
});

describe('XML bodies of the RFCs are read as they are meant', () => {
  it('RFC 3863 §4.3.1: the example with a note in two languages', () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
     <impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf" entity="pres:someone@example.com">
       <impp:tuple id="sg89ae">
         <impp:status><impp:basic>open</impp:basic></impp:status>
         <impp:contact priority="0.8">tel:+09012345678</impp:contact>
         <impp:note xml:lang="en">Don't Disturb Please!</impp:note>
         <impp:note xml:lang="fr">Ne derangez pas, s'il vous plait</impp:note>
         <impp:timestamp>2001-10-27T16:49:29Z</impp:timestamp>
       </impp:tuple>
     </impp:presence>`;
    expect(parsePidf(text)).toEqual({
      kind: 'ok',
      value: {
        entity: 'pres:someone@example.com',
        tuples: [
          {
            id: 'sg89ae',
            basic: 'open',
            contact: 'tel:+09012345678',
            priority: '0.8',
            notes: [
              { text: "Don't Disturb Please!", lang: 'en' },
              { text: "Ne derangez pas, s'il vous plait", lang: 'fr' },
            ],
            timestamp: '2001-10-27T16:49:29Z',
          },
        ],
        persons: [],
        notes: [],
      },
    });
  });

  it('RFC 4235 §6.2: a dialog that was rejected', () => {
    const text = `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="2" state="full"
      entity="sip:alice@example.com"><dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" direction="initiator">
      <state event="rejected" code="486">terminated</state></dialog></dialog-info>`;
    expect(parseDialogInfo(text)).toMatchObject({
      value: {
        version: 2,
        dialogs: [{ state: 'terminated', event: 'rejected', code: 486, direction: 'initiator' }],
      },
    });
  });

  it.each([
    [parsePidf, '<presence xmlns="urn:ietf:params:xml:ns:pidf"/>', /no entity/],
    [parseDialogInfo, '<dialog-info xmlns="urn:x"/>', /not dialog-info of/],
    [
      parseDialogInfo,
      '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" entity="a" version="x" state="full"/>',
      /no version/,
    ],
    [
      parseReginfo,
      '<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" state="half"/>',
      /neither full nor partial/,
    ],
    [
      parseWatcherinfo,
      '<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="0" state="full"><watcher-list><watcher/></watcher-list></watcherinfo>',
      /A watcher has no id/,
    ],
    [parseRlmi, '<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="a"/>', /no uri, version or fullState/],
    [parseConferenceInfo, '<conference-info xmlns="urn:ietf:params:xml:ns:conference-info"/>', /no entity/],
    [parseResourceLists, '<resource-lists', /root element/],
  ])('says in one sentence what is missing (%#)', (parse, text, message) => {
    const parsed = parse(text);
    expect(parsed.kind === 'malformed' ? parsed.message : 'read').toMatch(message);
  });
});
