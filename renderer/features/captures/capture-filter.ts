/** The filter that lets through what a capture file has brought. */
export const filterOf = (name: string): string => `node == ${JSON.stringify(name)}`;
