/** Name and value of a header line. */
export type HeaderLine = readonly [name: string, value: string];
