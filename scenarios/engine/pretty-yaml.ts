import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml';

/** Longest value that stands in one line, in braces. */
const FLOW_WIDTH = 90;

/** YAML as a person would write it: small values in braces, texts of several lines as blocks. */
export function prettyYaml(value: object): string {
  const document = new Document(value);
  visit(document, {
    Pair: (_, { key, value: inner }) => {
      if (isScalar(key) && key.value === 'rows' && isSeq(inner))
        for (const row of inner.items) if (isMap(row)) row.flow = true;
      if (!isScalar(key) || !['expect', 'optional', 'send', 'set', 'credentials'].includes(String(key.value)))
        return;
      if (isMap(inner)) inner.flow = isSmall(inner.toJSON());
    },
    Map: (_, node) => {
      const isStep = node.items.length === 1;
      if (isStep && node.has('matches')) node.flow = true;
    },
    Seq: (_, node) => {
      if (
        isSeq(node) &&
        node.items.length > 1 &&
        node.items.every((item) => isMap(item) && isBare(item.toJSON()))
      )
        node.flow = isSmall(node.toJSON());
      if (isSeq(node) && node.items.every((item) => isMap(item) && item.has('matches')))
        for (const item of node.items) if (isMap(item)) item.flow = isSmall(item.toJSON());
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

const isSmall = (value: unknown): boolean => {
  const text = JSON.stringify(value);
  return text.length < FLOW_WIDTH && !text.includes('\\n');
};

/** `{ expect: 2xx }`: one word and what it stands for. */
const isBare = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).join() === 'expect' &&
  Object.values(value).every((one) => typeof one !== 'object');
