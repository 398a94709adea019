import { SaxesParser } from 'saxes';
import { decodeText, encodeText } from '../octets.ts';

/** One attribute, its name without prefix. */
interface XmlAttribute {
  readonly name: string;
  /** Empty for an attribute without prefix. */
  readonly namespace: string;
  readonly value: string;
}

/** One element of a document as it was read. Strings are octet text (UTF-8). */
export class XmlElement {
  /** Local name. */
  readonly name: string;
  /** The namespace name; empty for none. */
  readonly namespace: string;
  /** Where its start tag begins, in octets. */
  readonly offset: number;
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[] = [];
  #text = '';

  constructor(parts: Pick<XmlElement, 'name' | 'namespace' | 'offset' | 'attributes'>) {
    this.name = parts.name;
    this.namespace = parts.namespace;
    this.offset = parts.offset;
    this.attributes = parts.attributes;
  }

  /** Character data directly inside, without surrounding white space. */
  get text(): string {
    return this.#text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  }

  addText(text: string): void {
    this.#text += text;
  }

  /** Value of the attribute of that name without namespace. */
  attribute(name: string): string | undefined {
    return this.attributes.find((a) => a.name === name && a.namespace === '')?.value;
  }

  /** A whole number of at least 0 in an attribute; undefined when it is absent or none. */
  numberOf(name: string): number | undefined {
    return wholeNumber(this.attribute(name));
  }

  /** A boolean attribute. @rfc 4662 §5.2 (xs:boolean) */
  booleanOf(name: string): boolean | undefined {
    const value = this.attribute(name);
    if (value === 'true' || value === '1') return true;
    return value === 'false' || value === '0' ? false : undefined;
  }

  /** First child of that name; of the element's own namespace unless another is given. */
  child(name: string, namespace = this.namespace): XmlElement | undefined {
    return this.children.find((c) => c.name === name && c.namespace === namespace);
  }

  /** All children of that name; of the element's own namespace unless another is given. */
  childrenOf(name: string, namespace = this.namespace): readonly XmlElement[] {
    return this.children.filter((c) => c.name === name && c.namespace === namespace);
  }

  /** Text of the first child of that name. */
  textOf(name: string): string | undefined {
    return this.child(name)?.text;
  }
}

/** Why a document is not usable. */
export interface XmlProblem {
  readonly kind: 'malformed';
  /** One sentence. */
  readonly message: string;
  /** In octets, where it was noticed. */
  readonly offset: number;
}

/** A body that was read, or why it was not. */
export type Parsed<T> = { readonly kind: 'ok'; readonly value: T } | XmlProblem;

/** What a document may cost. */
export interface XmlLimits {
  /** In octets. */
  readonly maxSize: number;
  /** Elements inside each other. */
  readonly maxDepth: number;
  readonly maxElements: number;
}

const DEFAULT_LIMITS: XmlLimits = { maxSize: 1024 * 1024, maxDepth: 32, maxElements: 50_000 };

/** The parser gets pieces of this size, so that it stops soon after a limit is passed. */
const PIECE = 4096;

/**
 * Reads a document in UTF-8. Namespaces are resolved; comments and processing instructions are left out; a document type is refused, and with it
 * every entity but the five of XML.
 */
export function parseXml(text: string, limits: Partial<XmlLimits> = {}): Parsed<XmlElement> {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  if (text.length > bounds.maxSize) {
    return { kind: 'malformed', message: `The document is larger than ${bounds.maxSize} octets.`, offset: 0 };
  }
  return new TreeReader(text, bounds).read();
}

class TreeReader {
  readonly #unicode: string;
  readonly #isAscii: boolean;
  readonly #limits: XmlLimits;
  readonly #parser = new SaxesParser({ xmlns: true, position: true });
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #problem: XmlProblem | undefined;
  #elements = 0;
  /** Start of the tag that is being read, in characters. */
  #tagStart = 0;
  /** A character position and its octet offset; both only grow. */
  #known = { at: 0, offset: 0 };

  constructor(text: string, limits: XmlLimits) {
    const unicode = decodeText(text);
    this.#unicode = unicode.startsWith('\ufeff') ? unicode.slice(1) : unicode;
    if (this.#unicode !== unicode) this.#known = { at: 0, offset: 3 };
    this.#isAscii = unicode.length === text.length;
    this.#limits = limits;
  }

  read(): Parsed<XmlElement> {
    this.#listen();
    for (let at = 0; at < this.#unicode.length && this.#problem === undefined; at += PIECE) {
      this.#parser.write(this.#unicode.slice(at, at + PIECE));
    }
    if (this.#problem === undefined) this.#parser.close();
    if (this.#problem !== undefined) return this.#problem;
    if (this.#root === undefined) throw new Error('the parser found neither an element nor a problem');
    return { kind: 'ok', value: this.#root };
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('error', ({ message }) => {
      this.#fail(`${message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')}.`);
    });
    parser.on('doctype', () => {
      this.#fail('A document type is not accepted.');
    });
    parser.on('opentagstart', ({ name }) => {
      this.#tagStart = parser.position - name.length - 2;
    });
    parser.on('opentag', ({ local, uri, attributes }) => {
      const given = Object.values(attributes).filter((a) => a.prefix !== 'xmlns' && a.name !== 'xmlns');
      const element = new XmlElement({
        name: encodeText(local),
        namespace: encodeText(uri),
        offset: this.#offsetOf(this.#tagStart),
        attributes: given.map((a) => ({
          name: encodeText(a.local),
          namespace: encodeText(a.uri),
          value: encodeText(a.value),
        })),
      });
      this.#enter(element);
    });
    parser.on('closetag', () => {
      this.#open.pop();
    });
    const addText = (text: string): void => {
      this.#open.at(-1)?.addText(encodeText(text));
    };
    parser.on('text', addText);
    parser.on('cdata', addText);
  }

  #enter(element: XmlElement): void {
    if (this.#problem !== undefined) return;
    const { maxDepth, maxElements } = this.#limits;
    if (++this.#elements > maxElements) this.#fail(`There are more than ${maxElements} elements.`);
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
    this.#open.push(element);
    if (this.#open.length > maxDepth) this.#fail(`Elements stand more than ${maxDepth} deep.`);
  }

  /** The first problem counts: what follows is its consequence. */
  #fail(message: string): void {
    this.#problem ??= { kind: 'malformed', message, offset: this.#offsetOf(this.#parser.position) };
  }

  #offsetOf(position: number): number {
    const { at, offset } = this.#known;
    if (position <= at) return offset;
    const part = this.#unicode.slice(at, position);
    this.#known = { at: position, offset: offset + (this.#isAscii ? part.length : encodeText(part).length) };
    return this.#known.offset;
  }
}

/** A whole number of at least 0, up to 2^53; undefined for everything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** An element to be written; its name may have a prefix. Strings are octet text. */
export interface XmlDraft {
  readonly name: string;
  /** Undefined ones are left out. */
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly children: readonly (XmlDraft | undefined)[];
  readonly text: string | undefined;
}

/** An element with elements inside; undefined ones are left out. */
export function element(
  name: string,
  attributes: XmlDraft['attributes'],
  children: XmlDraft['children'] = [],
): XmlDraft {
  return { name, attributes, children, text: undefined };
}

/** An element with text inside; nothing at all without text. */
export function leaf(
  name: string,
  text: string | number | undefined,
  attributes: XmlDraft['attributes'] = {},
): XmlDraft | undefined {
  return text === undefined ? undefined : { name, attributes, children: [], text: String(text) };
}

/** Writes a document in UTF-8, one element a line. */
export function formatXml(root: XmlDraft): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lineOf(root, '')}`;
}

function lineOf(draft: XmlDraft, indent: string): string {
  let tag = `${indent}<${draft.name}`;
  for (const [name, value] of Object.entries(draft.attributes)) {
    if (value !== undefined) tag += ` ${name}="${escaped(String(value), ATTRIBUTE_SIGNS)}"`;
  }
  if (draft.text !== undefined) return `${tag}>${escaped(draft.text, TEXT_SIGNS)}</${draft.name}>\n`;
  const children = draft.children.filter((c) => c !== undefined);
  if (children.length === 0) return `${tag}/>\n`;
  return `${tag}>\n${children.map((c) => lineOf(c, `${indent}  `)).join('')}${indent}</${draft.name}>\n`;
}

const TEXT_SIGNS = /[&<>\r]/g;
const ATTRIBUTE_SIGNS = /[&<>"\t\n\r]/g;

/** What no XML 1.0 document can hold, not even escaped. */
const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string, signs: RegExp): string {
  const legal = /^[\x20-\x7e\t\n\r]*$/.test(text)
    ? text
    : encodeText(decodeText(text).replace(NOT_XML, '\ufffd'));
  return legal.replace(signs, (sign) => NAMED[sign] ?? `&#${sign.charCodeAt(0)};`);
}

/** Reads a document whose root must have this name and namespace. */
export function readBody<T>(
  text: string,
  name: string,
  namespace: string,
  read: (root: XmlElement) => T | string,
): Parsed<T> {
  const document = parseXml(text);
  if (document.kind !== 'ok') return document;
  const root = document.value;
  if (root.name !== name || root.namespace !== namespace) {
    return {
      kind: 'malformed',
      message: `The root is ${root.name}, not ${name} of ${namespace}.`,
      offset: root.offset,
    };
  }
  const value = read(root);
  return typeof value === 'string'
    ? { kind: 'malformed', message: value, offset: root.offset }
    : { kind: 'ok', value };
}

/** Without its undefined members, so that what was read equals what was written. */
export function present<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}
