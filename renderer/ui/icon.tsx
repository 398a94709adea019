import type { ReactNode } from 'react';
import './icon.css';

/** Own drawings: 16 px box, stroke 1.5, coordinates on the quarter pixel. One icon, one meaning. */
const DRAWINGS = {
  alert: 'M8 3.5v5.5M8 12.25h.01',
  b2bua:
    'M6 11.75a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5M10 11.75a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5',
  back: 'M9.5 4.5 6 8l3.5 3.5',
  barred: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M4.25 4.25l7.5 7.5',
  'call-server': 'M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z',
  check: 'M3 8.5l3.25 3.25L13 4.75',
  clock: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M8 5v3.25L10 9.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  columns: 'M2.5 3.25h11v9.5h-11zM6.25 3.25v9.5M9.75 3.25v9.5',
  compare: 'M5 2.5v8.5M11 13.5V5M3 4.5h4M9 11.5h4M3 13h4M9 3h4',
  contrast: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M8 2.5v11',
  copy: 'M5.75 5.75h7.5v7.5h-7.5zM10.25 5.75v-3h-7.5v7.5h3',
  dots: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  edit: 'M10.5 3 13 5.5 6 12.5l-3.25.75L3.5 10z',
  error: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M6 6l4 4M10 6l-4 4',
  export: 'M8 2.5v7.25M5 7l3 3 3-3M2.75 11v2.25h10.5V11',
  file: 'M4 2.25h5l3 3v8.5H4zM9 2.25v3h3',
  filter: 'M2.5 3.25h11L9.5 8.25v4.5l-3 1v-5.5z',
  fit: 'M2.75 6V2.75H6M10 2.75h3.25V6M13.25 10v3.25H10M6 13.25H2.75V10',
  folder: 'M2.25 4h4l1.5 1.75h6v7.25H2.25z',
  follow: 'M3 3.25h10M3 6.25h10M5 9.75l3 3 3-3',
  globe:
    'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M2.5 8h11M8 2.5c2 1.5 2.5 3.5 2.5 5.5S10 12 8 13.5C6 12 5.5 10 5.5 8S6 4 8 2.5',
  import: 'M8 10V2.75M5 5.5l3-3 3 3M2.75 11v2.25h10.5V11',
  info: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M8 7.5V11M8 5h.01',
  interactive:
    'M2.75 3h10.5v7.75H8.25L5.25 13.5v-2.75h-2.5zM6.5 5.75a1.5 1.5 0 1 1 2.25 1.3c-.5.3-.75.5-.75.95M8 9h.01',
  key: 'M5.5 10.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M8.25 8h5.25M11.5 8v2.25',
  keyboard: 'M1.75 4h12.5v8H1.75zM4.25 6.5h.01M6.75 6.5h.01M9.25 6.5h.01M11.75 6.5h.01M5.5 9.5h5',
  list: 'M2.5 4h11M5 8h8.5M5 12h8.5',
  load: 'M2.5 13.25h11M3 10.5 6 6.75l2.75 2L13 3.25M13 3.25h-2.75M13 3.25V6',
  lock: 'M3.75 7.25h8.5v6h-8.5zM5.5 7.25V5a2.5 2.5 0 0 1 5 0v2.25',
  media: 'M2.5 7v2M5.25 5v6M8 3v10M10.75 5v6M13.5 7v2',
  minimal: 'M8 12.75a4.75 4.75 0 1 0 0-9.5 4.75 4.75 0 0 0 0 9.5M6 8h4',
  minus: 'M3 8h10',
  note: 'M3 3h10v7l-3 3H3zM10 13v-3h3M5.5 6h5M5.5 8.5h2.5',
  pause: 'M5.75 3.5v9M10.25 3.5v9',
  phone:
    'M4.25 2.5h2l1 3-1.5 1.25a8 8 0 0 0 3.5 3.5L10.5 8.75l3 1v2a1.75 1.75 0 0 1-1.9 1.75A10 10 0 0 1 2.5 4.4 1.75 1.75 0 0 1 4.25 2.5z',
  plus: 'M8 3v10M3 8h10',
  'pop-out': 'M9.25 2.75h4v4M13.25 2.75 7.5 8.5M11.25 9.25v4h-8.5v-8.5h4',
  proxy: 'M2 5.25h10.5M10 2.75l2.5 2.5-2.5 2.5M14 10.75H3.5M6 8.25l-2.5 2.5 2.5 2.5',
  registrar:
    'M2.5 3.5h11v9h-11zM5.75 8a1.25 1.25 0 1 0 0-2.5 1.25 1.25 0 0 0 0 2.5M4 10.5c.3-1 1-1.25 1.75-1.25s1.45.25 1.75 1.25M9.75 6.5h2M9.75 9h2',
  restart: 'M13 8a5 5 0 1 1-1.6-3.65M13 2.5v2.75h-2.75',
  return: 'M13 3.75v3.5a1.5 1.5 0 0 1-1.5 1.5H3.5M6 6 3.25 8.75 6 11.5',
  right: 'M6.5 4.5 10 8l-3.5 3.5',
  ringing:
    'M8 9.25a1.25 1.25 0 1 0 0-2.5 1.25 1.25 0 0 0 0 2.5M4.5 11.5a5 5 0 0 1 0-7M11.5 4.5a5 5 0 0 1 0 7',
  scenarios: 'M2.5 2.75H7v3.5H2.5zM9 9.75h4.5v3.5H9zM4.75 6.25v3.25a2 2 0 0 0 2 2H9',
  search: 'M7 11.25a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5M10.25 10.25l3.25 3.25',
  servers: 'M2.75 2.75h10.5v4.5H2.75zM2.75 8.75h10.5v4.5H2.75zM5.25 5h.01M5.25 11h.01M8 5h3M8 11h3',
  settings:
    'M2.5 4.5h5.75M11.75 4.5h1.75M2.5 11.5h1.75M7.75 11.5h5.75M8.25 4.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0M4.25 11.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0',
  state: 'M1.75 8h3l1.75-4.5 3 9L11.25 8h3',
  step: 'M2.75 7.5a5.25 5.25 0 0 1 9.75-1.5M12.75 2.75V6.5H9M8 12.25h.01',
  'subscription-server':
    'M3.5 12.5h.01M3.5 8.25a4.25 4.25 0 0 1 4.25 4.25M3.5 3.75a8.75 8.75 0 0 1 8.75 8.75',
  success: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M5.5 8.25 7.25 10l3.25-3.75',
  swap: 'M3 5.5h9M10 3.5l2 2-2 2M13 10.5H4M6 8.5l-2 2 2 2',
  trash: 'M2.75 4.25h10.5M6 4.25V2.5h4v1.75M4.25 4.25l.5 9.25h6.5l.5-9.25M6.75 6.75v4.25M9.25 6.75v4.25',
  traffic: 'M2.75 2v12M13.25 2v12M3 5.25h7.75M9 3.25l2 2-2 2M13 10.75H5.25M7 8.75l-2 2 2 2',
  turn: 'M3 12V9a2.5 2.5 0 0 1 2.5-2.5H13M10 3.5l3 3-3 3',
  up: 'M4.5 9.5 8 6l3.5 3.5',
  warning: 'M8 2.75 14 13H2zM8 6.75v2.75M8 11.25h.01',
} as const;

/** The few icons that are areas, not lines. */
const SOLID = {
  play: 'M5 3.2v9.6a.5.5 0 0 0 .77.42l7.3-4.8a.5.5 0 0 0 0-.84l-7.3-4.8A.5.5 0 0 0 5 3.2z',
  stop: 'M4.5 3.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1z',
  breakpoint: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
} as const;

export type IconName = keyof typeof DRAWINGS | keyof typeof SOLID;

export interface IconProps {
  readonly name: IconName;
  /** 12, 14, 16 (default) and 18 px: tags, dense rows, controls, the rail. */
  readonly size?: 'xs' | 's' | 'm' | 'l';
  readonly className?: string;
}

/** A drawing without a name of its own; whoever shows it alone gives the accessible name. */
export function Icon({ name, size = 'm', className }: IconProps): ReactNode {
  const isSolid = name in SOLID;
  const d: string = { ...DRAWINGS, ...SOLID }[name];
  const classes = ['ic', size === 'm' ? '' : size, isSolid ? 'fill' : '', className ?? ''];
  return (
    <svg className={classes.filter(Boolean).join(' ')} viewBox="0 0 16 16" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}
