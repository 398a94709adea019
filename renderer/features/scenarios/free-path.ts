/** The path itself, or the first of `busy-2.yaml`, `busy-3.yaml` that no file has. */
export function freePath(path: string, files: readonly { readonly path: string }[]): string {
  const taken = new Set(files.map((file) => file.path));
  const [, stem = path, ending = ''] = /^(.*?)(\.\w+)?$/.exec(path) ?? [];
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? path : `${stem}-${String(n)}${ending}`;
    if (!taken.has(tried)) return tried;
  }
}
