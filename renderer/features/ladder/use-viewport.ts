import { useCallback, useEffect, useState, type RefObject } from 'react';

/** What of a scrolled element can be seen, in px of its content. */
export interface Viewport {
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/** Stands in where there is no layout, as in tests without a screen. */
const UNMEASURED = { top: 0, height: 720, width: 640 } as const;

function measure(element: HTMLElement): Viewport {
  return {
    top: element.scrollTop,
    height: element.clientHeight === 0 ? UNMEASURED.height : element.clientHeight,
    width: element.clientWidth === 0 ? UNMEASURED.width : element.clientWidth,
  };
}

/** Follows scrolling and resizing, at most once a frame. */
export function useViewport(ref: RefObject<HTMLElement | null>): Viewport {
  const [viewport, setViewport] = useState<Viewport>(UNMEASURED);
  const update = useCallback(() => {
    const element = ref.current;
    if (element === null) return;
    const next = measure(element);
    setViewport((old) =>
      old.top === next.top && old.height === next.height && old.width === next.width ? old : next,
    );
  }, [ref]);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    let frame = 0;
    const later = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(update);
    };
    update();
    element.addEventListener('scroll', update, { passive: true });
    const observer = new ResizeObserver(later);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', update);
      observer.disconnect();
    };
  }, [ref, update]);
  return viewport;
}
