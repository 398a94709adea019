import { describe, expect, it } from 'vitest';
import { boundsFor, DEFAULT_SIZE, type WindowState } from './window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };
const left = (state: Partial<WindowState>): WindowState => ({
  x: 100,
  y: 100,
  width: 1000,
  height: 700,
  isMaximized: false,
  ...state,
});

describe('place of the window', () => {
  it('is left to the system the first time', () => {
    expect(boundsFor(undefined, [screen])).toEqual(DEFAULT_SIZE);
  });

  it.each([[left({})], [left({ x: -500 })], [left({ x: 2000 })]])('is where it was left: %j', (state) => {
    const { x, y, width, height } = state;
    expect(boundsFor(state, [screen, right])).toEqual({ x, y, width, height });
  });

  it.each([
    ['its screen is gone', left({ x: 2000 })],
    ['its title bar is above', left({ y: -300 })],
    ['its title bar is below', left({ y: 1050 })],
    ['it is all to the left', left({ x: -950 })],
  ])('is left to the system when %s', (_case, state) => {
    expect(boundsFor(state, [screen])).toEqual(DEFAULT_SIZE);
  });

  it('is never smaller than what can be used', () => {
    expect(boundsFor(left({ width: 10, height: 10 }), [screen])).toMatchObject({ width: 640, height: 480 });
  });
});
