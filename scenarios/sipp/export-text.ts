/** Why something has no like in SIPp: thrown where it is met, told with its place. */
export class NoSuchThing extends Error {
  override readonly name = 'NoSuchThing' as const;
}

const KEYWORDS = ['call_number', 'pid', 'media_port'];

/** Texts of ours as those of SIPp: `${}` becomes [keywords]. */
export class SippTexts {
  readonly #actor: string;
  readonly #target: string;
  readonly #constants: Readonly<Record<string, string | number | boolean>>;
  readonly #assigned: ReadonlySet<string>;
  /** Variables of SIPp that are named somewhere. */
  readonly used = new Set<string>();

  /** @param assigned - variables that get a value while it runs; others are what the file says. */
  constructor(
    actor: string,
    target: string,
    constants: Readonly<Record<string, string | number | boolean>>,
    assigned: ReadonlySet<string>,
  ) {
    this.#actor = actor;
    this.#target = target;
    this.#constants = constants;
    this.#assigned = assigned;
  }

  /** @throws NoSuchThing */
  fill(text: string): string {
    return text
      .split(/(\$\{[^{}]*\})/)
      .map((part) =>
        part.startsWith('${') ? this.#keyword(part.slice(2, -1).trim()) : part.replaceAll('[', '\\x5b'),
      )
      .join('');
  }

  /** Whether a variable is set, of the expressions that SIPp can say. @throws NoSuchThing */
  test(expression: string): string {
    const [, name = ''] =
      /^(?:string\((\w+)\)|(\w+)) != ""$/.exec(expression)?.filter((part) => part !== undefined) ?? [];
    if (!this.#assigned.has(name))
      throw new NoSuchThing('of conditions, sipp knows only whether something was found: NAME != ""');
    this.used.add(name);
    return name;
  }

  #keyword(expression: string): string {
    switch (expression) {
      case 'target':
        return this.#target;
      case 'target_user':
        return '[service]';
      case 'target_host':
        return '[remote_ip]';
      case 'target_port':
        return '[remote_port]';
      case this.#actor:
        return '[local_ip]:[local_port]';
      case `${this.#actor}_host`:
        return '[local_ip]';
      case `${this.#actor}_port`:
        return '[local_port]';
      default:
    }
    if (KEYWORDS.includes(expression) || /^field\d+$/.test(expression)) return `[${expression}]`;
    if (this.#assigned.has(expression)) {
      this.used.add(expression);
      return `[$${expression}]`;
    }
    const constant = this.#constants[expression];
    if (constant === undefined) throw new NoSuchThing(`sipp works out no expressions: \${${expression}}`);
    return String(constant);
  }
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
