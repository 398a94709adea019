import type { ReactNode } from 'react';

/** The product's mark: a siphon that lets one arrow through. */
export function Brand(): ReactNode {
  return (
    <div className="brand">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M5 20V10a6 6 0 0 1 12 0v4M3 20.5h4" />
        <path className="drop" d="M13.4 12.6 17 16.4l3.6-3.8" />
      </svg>
      <span className="brand-word">Siphon Workbench</span>
    </div>
  );
}
