import * as z from 'zod';
import { type FieldMeta, ServerConfig, type ServerConfigKey, SiphondConfig } from './server-config.ts';

/** How a value of the field is written and edited. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'list';

/** One option of a server, as flag, configuration key, form field and row of the reference page at once. */
export interface ConfigField<K extends string = string> extends FieldMeta {
  readonly key: K;
  /** `--ring-ms` */
  readonly flag: string;
  readonly kind: FieldKind;
  readonly default: string | number | boolean | readonly string[];
  /** The values of a choice, or of the entries of a list. */
  readonly choices: readonly string[];
  /** Bounds of a number. */
  readonly min?: number;
  readonly max?: number;
}

/** The part of JSON Schema that the schema uses. */
interface Property extends FieldMeta {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly enum?: readonly string[];
  readonly items?: { readonly enum?: readonly string[] };
  readonly default: ConfigField['default'];
  readonly minimum?: number;
  readonly maximum?: number;
}

const KINDS: Readonly<Record<Property['type'], FieldKind>> = {
  string: 'text',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
};

function toField<K extends string>(key: K, property: Property): ConfigField<K> {
  const { type, enum: choices, items, minimum, maximum, ...rest } = property;
  return {
    ...rest,
    key,
    flag: `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
    kind: choices === undefined ? KINDS[type] : 'choice',
    choices: choices ?? items?.enum ?? [],
    ...(minimum === undefined ? {} : { min: minimum }),
    ...(maximum === undefined ? {} : { max: maximum }),
  };
}

function fieldsOf<K extends string>(schema: z.ZodObject<Record<K, z.ZodType>>): readonly ConfigField<K>[] {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as unknown as {
    readonly definitions: Readonly<Record<string, { readonly properties: Readonly<Record<K, Property>> }>>;
  };
  const properties = json.definitions[schema.meta()?.id ?? '']?.properties ?? {};
  return Object.entries<Property>(properties).map(([key, property]) => toField(key as K, property));
}

export type ServerField = ConfigField<ServerConfigKey>;

/** Every option of a server in the order of the schema. */
export const SERVER_FIELDS: readonly ServerField[] = fieldsOf(ServerConfig);

/** Every option of siphond: those of its server and those of the process. */
export const SIPHOND_FIELDS = fieldsOf(SiphondConfig);
export type SiphondField = (typeof SIPHOND_FIELDS)[number];
