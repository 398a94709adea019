/** What is wrong with a filter text, and where; a sentence that says what would be right. Never leaves this folder as an exception. */
export class FilterError extends Error {
  override readonly name = 'FilterError' as const;
  readonly start: number;
  readonly end: number;

  constructor(message: string, { start, end }: { readonly start: number; readonly end: number }) {
    super(message);
    this.start = start;
    this.end = end;
  }
}
