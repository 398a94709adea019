import { isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import * as z from 'zod';
import { type Path, pathText } from '../engine/source.ts';
import { STEP_KINDS, type StepKind } from '../schema/steps.ts';
import type { TextDocument } from './document.ts';
import { branches, isSteps, shapeOfStep } from './nested-steps.ts';

/** A step where it stands in a text. */
export interface StepNode {
  /** `actors.alice.steps[2]` */
  readonly at: string;
  readonly actor: string;
  readonly kind: StepKind;
  readonly node: YAMLMap;
  /** The list it is in, and its place there. */
  readonly list: YAMLSeq;
  readonly index: number;
  /** The key whose value the list is. */
  readonly pair: Pair;
  readonly depth: number;
}

/** An actor where it stands in a text. */
export interface ActorNode {
  readonly name: string;
  readonly pair: Pair;
  readonly value: unknown;
}

export const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');
/** The value of a key of a map that may not be one. */
export const valueOf = (map: unknown, key: string): unknown => pairOf(map, key)?.value;

const pairOf = (map: unknown, key: string): Pair | undefined =>
  isMap(map) ? map.items.find((pair) => keyOf(pair) === key) : undefined;

/** Where what a node says is over: comments and blank lines after it are not part of it. */
export function endOf(node: unknown): number {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last !== undefined) return Math.max(endOf(last.key), endOf(last.value));
  }
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  return (isNode(node) ? node.range?.[1] : undefined) ?? 0;
}

export function actorsOf({ yaml }: TextDocument): readonly ActorNode[] {
  const actors = valueOf(yaml.contents, 'actors');
  if (!isMap(actors)) return [];
  return actors.items.flatMap((pair) =>
    isScalar(pair.key) ? [{ name: keyOf(pair), pair, value: pair.value }] : [],
  );
}

/** Every step that can be told to be one, actor by actor, outer ones before those in them. */
export function stepsOf(document: TextDocument): readonly StepNode[] {
  const found: StepNode[] = [];
  const list = (pair: Pair | undefined, path: Path, actor: string, depth: number): void => {
    const steps = pair?.value;
    if (pair === undefined || !isSeq(steps)) return;
    steps.items.forEach((node, index) => {
      if (!isMap(node)) return;
      const kind = STEP_KINDS.find((word) => node.items.some((pair) => keyOf(pair) === word));
      if (kind === undefined) return;
      const own = [...path, index];
      found.push({ at: pathText(own), actor, kind, node, list: steps, pair, index, depth });
      for (const [key, schema] of Object.entries(shapeOfStep(kind))) {
        const pair = pairOf(node, key);
        if (pair !== undefined) nested(pair, pair.value, schema, [...own, key], actor, depth + 1);
      }
    });
  };
  /** @param pair - the key below which the value is. */
  const nested = (
    pair: Pair,
    value: unknown,
    schema: z.ZodType,
    path: Path,
    actor: string,
    depth: number,
  ): void => {
    if (isSteps(schema)) return list(pair, path, actor, depth);
    for (const branch of branches(schema))
      if (branch instanceof z.ZodObject && isMap(value)) {
        const shape: Readonly<Record<string, z.ZodType>> = branch.shape;
        for (const [key, inner] of Object.entries(shape)) {
          const below = pairOf(value, key);
          if (below !== undefined) nested(below, below.value, inner, [...path, key], actor, depth);
        }
      } else if (branch instanceof z.ZodArray && isSeq(value))
        value.items.forEach((item, i) => {
          nested(pair, item, branch.element as z.ZodType, [...path, i], actor, depth);
        });
  };
  for (const { name, value } of actorsOf(document))
    list(pairOf(value, 'steps'), ['actors', name, 'steps'], name, 0);
  return found;
}
