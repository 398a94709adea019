import { NodeStartError } from '../node-start-error.ts';

/**
 * Loads a package that only some configurations need.
 * @param load - imports it.
 * @throws NodeStartError code 'invalid-config' when it is not installed.
 */
export async function optionalPackage<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new NodeStartError(
      'invalid-config',
      `${purpose} need the package ${name}, which is not installed.`,
      `Install it with: npm install ${name}`,
      undefined,
      { cause },
    );
  }
}
