import type { DialogRecord, StoredMessage } from '../store/records.ts';
import type { FilterContext } from './context.ts';
import type { FieldType, FieldValue } from './field-types.ts';

/** Nothing, one value, or several. */
export type FieldValues = FieldValue | readonly FieldValue[] | undefined;

/** A field of the dialog as a whole: its record answers. */
export interface DialogField {
  readonly of: 'dialog';
  readonly type: FieldType;
  readonly values: (dialog: DialogRecord) => FieldValues;
}

/** A field of each message; the dialog has the values of all its messages. */
export interface MessageField {
  readonly of: 'message';
  readonly type: FieldType;
  readonly values: (message: StoredMessage, context: FilterContext) => FieldValues;
}

export type Field = DialogField | MessageField;

export const dialogField = (type: FieldType, values: DialogField['values']): DialogField => ({
  of: 'dialog',
  type,
  values,
});
export const messageField = (type: FieldType, values: MessageField['values']): MessageField => ({
  of: 'message',
  type,
  values,
});
