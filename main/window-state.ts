import * as z from 'zod';

/** Where the window was left. */
export const WindowState = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const DEFAULT_SIZE = { width: 1440, height: 900 } as const;
export const MIN_SIZE = { width: 640, height: 480 } as const;

/** Octets of the title bar a person needs to see to move the window, in pixels. */
const GRIP = 100;

/** The bounds to open with: as they were left, unless the screen they were on is gone; then the default size, placed by the system. */
export function boundsFor(
  state: WindowState | undefined,
  workAreas: readonly Area[],
): { readonly width: number; readonly height: number } & Partial<Area> {
  if (state === undefined) return DEFAULT_SIZE;
  const isReachable = workAreas.some(
    (area) =>
      state.x + state.width > area.x + GRIP &&
      state.x < area.x + area.width - GRIP &&
      state.y >= area.y - GRIP / 2 &&
      state.y < area.y + area.height - GRIP,
  );
  const width = Math.max(MIN_SIZE.width, state.width);
  const height = Math.max(MIN_SIZE.height, state.height);
  return isReachable ? { x: state.x, y: state.y, width, height } : DEFAULT_SIZE;
}
