import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveStatic } from './static-files.ts';

let dir = '';
let root = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-static-'));
  root = join(dir, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<!doctype html>');
  await writeFile(join(root, 'assets', 'a-1b2c.js'), 'run()');
  await writeFile(join(root, '.env.json'), 'secret');
  await writeFile(join(root, 'a.map'), 'map');
  await writeFile(join(dir, 'secret.json'), 'secret');
  await symlink(join(dir, 'secret.json'), join(root, 'link.json'));
});
afterAll(() => rm(dir, { recursive: true }));

const get = (path: string) => serveStatic(root, 'GET', path);

describe('static files', () => {
  it('are the page at / and the files beside it, with the policy of the page', async () => {
    const { status, headers, body } = await get('/');
    expect([status, Buffer.from(body ?? []).toString()]).toEqual([200, '<!doctype html>']);
    expect(headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    });
    expect(await get('/assets/a-1b2c.js')).toMatchObject({
      status: 200,
      headers: {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': 'public, max-age=31536000, immutable',
      },
    });
  });

  it('have no body for HEAD, but its length', async () => {
    expect(await serveStatic(root, 'HEAD', '/')).toMatchObject({
      status: 200,
      headers: { 'Content-Length': '15' },
      body: undefined,
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', ''])('are not there for %j', async (method) => {
    expect(await serveStatic(root, method, '/')).toMatchObject({
      status: 405,
      headers: { Allow: 'GET, HEAD' },
    });
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/../../secret.json',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.json',
    '/..\\secret.json',
    '/..%5csecret.json',
    '/index.html%00.js',
    '/%',
    '/%ff%fe',
    '/.env.json',
    'index.html',
    '/C:/secret.json',
  ])('do not leave their folder: %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 400, body: undefined });
  });

  it.each([
    '/missing.js',
    '/a.map',
    '/assets',
    '/assets/',
    '//secret.json',
    '/link.json',
    `/${'a/'.repeat(3000)}b.js`,
  ])('are not found: %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: undefined });
  });
});
