import type { ReactNode } from 'react';
import { visibleString } from '../../wire/index.ts';

/** Names and values of a row, one under the other. */
export const Facts = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <dl className="stfacts">{children}</dl>
);

export interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
}

export const Fact = ({ name, children }: FactProps): ReactNode => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** A URI, tag or identifier, whole. */
export const Value = ({ text }: { readonly text: string }): ReactNode =>
  text === '' ? (
    <span className="dim">empty</span>
  ) : (
    <bdi className="mono" dir="ltr">
      {visibleString(text)}
    </bdi>
  );

/** Several values in their order. */
export const Values = ({ of }: { readonly of: readonly string[] }): ReactNode =>
  of.length === 0 ? (
    <span className="dim">none</span>
  ) : (
    <ol>
      {of.map((text, i) => (
        <li key={`${i} ${text}`}>
          <Value text={text} />
        </li>
      ))}
    </ol>
  );

export interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A part of the details under a head of its own. */
export const Section = ({ title, children }: SectionProps): ReactNode => (
  <section className="stsection" aria-label={title}>
    <h3>{title}</h3>
    {children}
  </section>
);
