/*
 * Colours of a canvas, which knows no custom properties: they are read from the page. That makes it work out styles, so each is read
 * once, and again when the theme has changed.
 */

/** What tokens stand for now. */
export interface Palette {
  /** As `rgb(r, g, b)`. */
  readonly color: (token: string) => string;
  /** The theme has changed. */
  readonly forget: () => void;
}

export function createPalette(): Palette {
  const known = new Map<string, string>();
  return {
    color: (token) => {
      const color = known.get(token) ?? read(token);
      known.set(token, color);
      return color;
    },
    forget: () => {
      known.clear();
    },
  };
}

/** Beside the application, so that nothing of it is laid out anew. */
function read(token: string): string {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.cssText = `position: fixed; color: var(${token})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The same colour, let through by so much. */
export const faded = (color: string, alpha: number): string =>
  color.replace(/^rgb\((.*)\)$/, (_, parts: string) =>
    parts.includes(',') ? `rgba(${parts}, ${alpha})` : `rgb(${parts} / ${alpha})`,
  );

const TILE_PX = 6;

/** Slanting lines upon the background. */
export function hatched(
  context: CanvasRenderingContext2D,
  color: string,
  background: string,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  const ratio = window.devicePixelRatio;
  const size = Math.round(TILE_PX * ratio);
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (pen === null) return color;
  pen.fillStyle = background;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = color;
  pen.lineWidth = 1.6 * ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? color;
}
