import type { ReactNode } from 'react';

/** What will be here: three parties and a call between them. */
export function EmptyArt(): ReactNode {
  return (
    <svg className="tart" width="600" height="136" viewBox="80 0 600 136" fill="none" aria-hidden="true">
      <g stroke="var(--lane)">
        <path d="M123.5 24v112M380.5 24v112M636.5 24v112" />
      </g>
      <g fontSize="12" fontWeight="600" fill="var(--fg-3)" textAnchor="middle">
        <text x="123" y="14">
          alice
        </text>
        <text x="380" y="14">
          proxy
        </text>
        <text x="637" y="14">
          bob
        </text>
      </g>
      <g strokeWidth="1.5">
        <path d="M129 44.75h240" stroke="var(--m-invite)" />
        <path d="M386 62.75h240" stroke="var(--m-invite)" opacity=".8" />
        <path d="M631 86.75H391" stroke="var(--s-2xx)" strokeDasharray="5 3.5" opacity=".65" />
        <path d="M374 104.75H134" stroke="var(--s-2xx)" strokeDasharray="5 3.5" opacity=".5" />
        <path d="M129 124.75h498" stroke="var(--m-ack)" opacity=".45" />
      </g>
      <path d="M369 40.5l8 4.25-8 4.25z" fill="var(--m-invite)" />
      <path d="M626 58.5l8 4.25-8 4.25z" fill="var(--m-invite)" opacity=".8" />
      <path d="M626 120.5l8 4.25-8 4.25z" fill="var(--m-ack)" opacity=".45" />
      <path
        d="M394 82.5l-6 4.25 6 4.25M137 100.5l-6 4.25 6 4.25"
        stroke="var(--s-2xx)"
        strokeWidth="1.5"
        opacity=".6"
      />
    </svg>
  );
}
