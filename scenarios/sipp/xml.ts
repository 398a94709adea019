import { SaxesParser } from 'saxes';
import type { Place } from '../engine/diagnostic.ts';

/** One element of a SIPp file with its place. */
export interface Element {
  readonly name: string;
  readonly place: Place;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  /** Character data, CDATA included. */
  text: string;
  /** Line on which the text begins. */
  textLine: number;
}

/** The file is no XML. */
export class XmlError extends Error {
  override readonly name = 'XmlError' as const;
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

/** Deeper than any scenario of SIPp. */
const MAX_DEPTH = 50;

/** Reads XML as text. A document type is passed over: nothing is fetched, and no entity of its own is expanded. @throws XmlError */
export function readXml(text: string): Element {
  const parser = new SaxesParser();
  const open: Element[] = [];
  let root: Element | undefined;
  let start: Place = { line: 1, column: 1 };
  const here = (): Place => ({ line: parser.line, column: Math.max(1, parser.column) });
  const addText = (added: string): void => {
    const top = open.at(-1);
    if (top === undefined) return;
    if (top.text.trim() === '') {
      top.text = '';
      top.textLine = parser.line - (added.match(/\n/g)?.length ?? 0);
    }
    top.text += added;
  };
  parser.on('error', (error) => {
    throw new XmlError(here(), error.message.replace(/^\d+:\d+: /, ''));
  });
  parser.on('opentagstart', ({ name }) => {
    start = { line: parser.line, column: Math.max(1, parser.column - name.length - 1) };
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, place: start, attributes, children: [], text: '', textLine: start.line };
    open.at(-1)?.children.push(element);
    root ??= element;
    if (open.push(element) > MAX_DEPTH) throw new XmlError(start, 'elements are nested too deeply');
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  if (root === undefined) throw new XmlError({ line: 1, column: 1 }, 'there is no element');
  return root;
}
