import * as z from 'zod';

/** Values that a column or a variable may have. */
export const PlainValue = z.union([z.string(), z.number(), z.boolean()]);

const ColumnName = z.string().regex(/^[A-Za-z_]\w*$/, 'expected a name of letters, digits and _');

const ROW_ORDERS = ['sequential', 'random', 'unique'] as const;

/** Rows of named columns, one of them for each run: `${users.name}`. */
export const Dataset = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe('A CSV file (RFC 4180), its path relative to this one; its first line names the columns.'),
    columns: z
      .array(ColumnName)
      .min(1)
      .optional()
      .describe('Names of the columns of a file whose first line is a row already.'),
    separator: z
      .string()
      .regex(/^[^"\r\n]$/, 'expected one character, such as ; or ,')
      .optional()
      .describe('What stands between two fields of the file; a comma when left out.'),
    rows: z
      .array(z.record(ColumnName, PlainValue))
      .min(1)
      .optional()
      .describe('The rows themselves, in place of a file.'),
    use: z
      .enum(ROW_ORDERS)
      .default('sequential')
      .describe(
        'Which row a run gets: the next and after the last the first again, any by the seed of the run, or the next and each only once.',
      ),
  })
  .refine(
    ({ file, rows }) => (file === undefined) !== (rows === undefined),
    'a dataset has either a file or rows',
  )
  .refine(
    ({ rows, columns, separator }) =>
      rows === undefined || (columns === undefined && separator === undefined),
    'columns and separator are about a file: rows name their columns themselves',
  );
export type Dataset = z.infer<typeof Dataset>;
