import { describe, expect, it } from 'vitest';
import { createAgentLab } from '../testing/agent-lab.ts';
import { compose, type Handler } from './handler.ts';

const handler = (name: string, methods: readonly string[], handle: Handler['handle']): Handler => ({
  name,
  methods,
  explain: () => `${name}.`,
  handle,
});

const asked = (composed: Handler, method: string): string | undefined => {
  const { agent, peer, lint } = createAgentLab();
  lint.allow(['G1'], 'handlers that serve nothing of what they name');
  const ua = agent('10.0.0.1', composed);
  const raw = peer('10.0.0.9');
  raw.send({ method, contact: false });
  ua.dispose();
  return raw.take()[0];
};

describe('compose', () => {
  it('asks the handlers of a method in order until one does not call next', () => {
    const log: string[] = [];
    const pass = (name: string, methods: readonly string[]): Handler =>
      handler(name, methods, (_request, next) => {
        log.push(name);
        return next();
      });
    const last = handler('last', ['OPTIONS'], (request) => {
      request.respond(200);
    });
    const composed = compose([pass('any', []), pass('info', ['INFO']), pass('options', ['OPTIONS']), last]);
    expect(asked(composed, 'OPTIONS')).toBe('200 OK');
    expect(log).toEqual(['any', 'options']);
  });

  it('refuses what every handler passed on', () => {
    const composed = compose([handler('lazy', ['OPTIONS', 'JUMP'], (_request, next) => next())]);
    expect(asked(composed, 'OPTIONS')).toBe('405 Method Not Allowed');
    expect(asked(composed, 'JUMP')).toBe('501 Not Implemented');
  });

  it('throws when a handler calls next twice', () => {
    const greedy = handler('greedy', ['OPTIONS'], (_request, next) => {
      void next();
      void next();
    });
    expect(() => asked(compose([greedy]), 'OPTIONS')).toThrow('greedy called next() twice');
  });

  it('adds up methods, option tags and media types, and explains all', () => {
    const composed = compose([
      { ...handler('a', ['INFO', 'MESSAGE'], () => undefined), accept: ['text/plain'], supported: ['x'] },
      { ...handler('b', ['INFO', 'BYE'], () => undefined), accept: ['text/html'], supported: ['x', 'y'] },
    ]);
    expect(composed).toMatchObject({
      methods: ['INFO', 'MESSAGE', 'BYE'],
      supported: ['x', 'y'],
      accept: ['text/plain', 'text/html'],
    });
    expect(composed.acceptFor?.('BYE')).toEqual(['text/html']);
    expect(composed.acceptFor?.('INFO')).toEqual(['text/plain']);
    expect(composed.explain()).toBe('a. b.');
  });

  it('works as a handler of another list', () => {
    const inner = compose([
      handler('inner', ['OPTIONS'], (request) => {
        request.respond(200);
      }),
    ]);
    expect(asked(compose([inner]), 'OPTIONS')).toBe('200 OK');
  });
});
