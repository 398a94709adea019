import { expect, it } from 'vitest';
import { createGrantedFiles } from './files.ts';

it('gives a path once, and only for what it was chosen for', () => {
  const files = createGrantedFiles();
  const { handle, name } = files.grant('/somewhere/a.pcapng', 'save');
  expect(name).toBe('a.pcapng');
  expect(() => files.take(handle, 'open')).toThrow(/Choose the file again/);
  expect(files.take(handle, 'save')).toBe('/somewhere/a.pcapng');
  expect(() => files.take(handle, 'save')).toThrow(/Choose the file again/);
  expect(() => files.take('/etc/passwd', 'open')).toThrow(/Choose the file again/);
});

it('forgets the oldest of many choices', () => {
  const files = createGrantedFiles();
  const handles = Array.from({ length: 51 }, (_, i) => files.grant(`/f${i}`, 'open').handle);
  expect(() => files.take(handles[0] ?? '', 'open')).toThrow(/again/);
  expect(files.take(handles[1] ?? '', 'open')).toBe('/f1');
});
