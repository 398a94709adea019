import type { Rect, Virtualizer } from '@tanstack/react-virtual';

/** Room assumed where nothing is laid out. */
const UNMEASURED: Rect = { width: 400, height: 720 };

/** Tells a virtualizer the size of its scroller; without a layout, as in a document without a screen, a plausible one. */
export function observeRect(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  tell: (rect: Rect) => void,
): (() => void) | undefined {
  const element = virtualizer.scrollElement;
  if (element === null) return undefined;
  const measure = (): void => {
    tell({
      width: element.clientWidth || UNMEASURED.width,
      height: element.clientHeight || UNMEASURED.height,
    });
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
}
