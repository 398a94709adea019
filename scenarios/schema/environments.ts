import * as z from 'zod';
import { PlainValue } from './dataset.ts';

const VARIABLE = z.string().regex(/^[A-Za-z_]\w*$/, 'expected a name of letters, digits and _');
const NAME = z
  .string()
  .regex(/^[^\s\p{Cc}](?:[^\p{Cc}]{0,58}[^\s\p{Cc}])?$/u, 'expected a name of at most 60 characters');

/** Named sets of variables: the systems that scenarios are run against. */
export const Environments = z.record(NAME, z.record(VARIABLE, PlainValue).nullable());
