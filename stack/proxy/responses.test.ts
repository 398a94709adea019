import { describe, expect, it } from 'vitest';
import { vias } from '../message/headers/via.ts';
import { T1_64, createForkLab, expectNothingLeft, requestOf, upstream } from '../testing/fork-lab.ts';

/*
 * Verified: which responses of forks go upstream and what CANCEL does, with callees that answer as they are told.
 * Not here: what a proxy does before there is a response (requests.test.ts), several attempts and silence (forking.test.ts).
 */

describe('response processing (RFC 3261 §16.7)', () => {
  it('forwards provisional responses but 100 at once, without its own Via', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '100 Trying');
    await it_.answer(0, '180 Ringing');
    await it_.answer(0, '183 Session Progress', ['X-Kept:  yes']);
    expect(it_.alice.take()).toEqual(['180 Ringing', '183 Session Progress']);
    expect(vias(it_.alice.last)).toHaveLength(1);
    expect(it_.alice.last.headers.map(({ rawName }) => rawName)).toContain('X-Kept');
    await it_.answer(0, '486 Busy Here');
    expect(upstream(it_)).toEqual(['486 Busy Here']);
    expectNothingLeft(it_);
  });

  it('sends a 100 of its own after 200 ms of silence', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    it_.clock.advance(199);
    expect(it_.alice.take()).toEqual([]);
    it_.clock.advance(1);
    expect(it_.alice.take()).toEqual(['100 Trying']);
  });

  it('forwards a 2xx at once, again when it comes again, and that of every fork', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK']);
    await it_.answer(0, '200 OK');
    await it_.answer(1, '200 OK');
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK', '200 OK', '200 OK']);
    expectNothingLeft(it_);
  });

  it('drops a 2xx that comes when its transaction is long gone (RFC 6026 §7)', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    upstream(it_);
    it_.clock.runAll(400_000);
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual([]);
  });

  it('calls all of one q at once, and cancels the others when one answers', async () => {
    const it_ = createForkLab([1, 1, 1]);
    await it_.request();
    for (const place of [0, 1, 2]) await it_.answer(place, '180 Ringing');
    await it_.answer(1, '200 OK');
    expect(it_.heard()).toEqual([['INVITE', 'CANCEL'], ['INVITE'], ['INVITE', 'CANCEL']]);
    await it_.giveUp(0);
    await it_.giveUp(2);
    expect(upstream(it_)).toEqual(['180 Ringing', '180 Ringing', '180 Ringing', '200 OK']);
    expectNothingLeft(it_);
  });

  it('cancels a loser only when it has answered provisionally (§9.1)', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    expect(it_.heard()).toEqual([['INVITE'], ['INVITE']]);
    await it_.answer(1, '180 Ringing');
    expect(it_.heard()).toEqual([[], ['CANCEL']]);
    await it_.giveUp(1);
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('mistake 32: a losing branch never outranks an answer, whatever it says and whenever', async () => {
    for (const loser of ['487 Request Terminated', '603 Decline', '401 Unauthorized', '302 Moved']) {
      const it_ = createForkLab([1, 1]);
      await it_.request();
      await it_.answer(0, '180 Ringing');
      await it_.answer(1, '180 Ringing');
      await it_.answer(0, '200 OK');
      await it_.answer(1, loser);
      expect(upstream(it_).at(-1)).toBe('200 OK');
      expectNothingLeft(it_);
    }
  });

  it('forwards the 2xx that crosses the CANCEL of a loser', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.answer(1, '180 Ringing');
    it_.bob(0).respond(requestOf(it_.bob(0)), '200 OK', [], 'b0');
    it_.bob(1).respond(requestOf(it_.bob(1)), '200 OK', [], 'b1');
    await it_.settle();
    expect(upstream(it_)).toEqual(['180 Ringing', '180 Ringing', '200 OK', '200 OK']);
    expectNothingLeft(it_);
  });

  it('stops the search at a 6xx, and sends it when every branch has ended', async () => {
    const it_ = createForkLab([1, 1, 0.5]);
    await it_.request();
    await it_.answer(1, '183 Session Progress');
    await it_.answer(0, '603 Decline');
    expect(upstream(it_)).toEqual(['183 Session Progress']);
    expect(it_.heard()).toEqual([['INVITE', 'ACK'], ['INVITE', 'CANCEL'], []]);
    await it_.giveUp(1);
    expect(upstream(it_)).toEqual(['603 Decline']);
    expectNothingLeft(it_);
  });

  it('lets a 2xx win over a 6xx that came first', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(1, '180 Ringing');
    await it_.answer(0, '600 Busy Everywhere');
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK']);
    expectNothingLeft(it_);
  });

  it.each([
    ['all busy', ['486 Busy Here', '486 Busy Here'], '486 Busy Here'],
    ['the lowest class', ['500 Server Internal Error', '404 Not Found'], '404 Not Found'],
    ['a redirection before a refusal', ['486 Busy Here', '302 Moved Temporarily'], '302 Moved Temporarily'],
    [
      'what helps to try again',
      ['404 Not Found', '415 Unsupported Media Type'],
      '415 Unsupported Media Type',
    ],
    [
      'what says most',
      ['487 Request Terminated', '480 Temporarily Unavailable'],
      '480 Temporarily Unavailable',
    ],
    ['a challenge before all other 4xx', ['484 Address Incomplete', '407 Proxy Auth'], '407 Proxy Auth'],
  ])('chooses of several failures: %s', async (_, answers, best) => {
    const it_ = createForkLab(answers.map(() => 1));
    await it_.request();
    for (const [place, status] of answers.entries()) await it_.answer(place, status);
    expect(upstream(it_)).toEqual([best]);
    expectNothingLeft(it_);
  });

  it('collects the challenges of all branches (§16.7 step 7, §22.3)', async () => {
    const it_ = createForkLab([1, 1, 1]);
    await it_.request();
    await it_.answer(0, '401 Unauthorized', ['WWW-Authenticate: Digest realm="a"']);
    await it_.answer(1, '407 Proxy Authentication Required', ['Proxy-Authenticate: Digest realm="b"']);
    await it_.answer(2, '401 Unauthorized', [
      'WWW-Authenticate: Digest realm="c"',
      'WWW-Authenticate: Digest realm="d"',
    ]);
    expect(upstream(it_)).toEqual(['401 Unauthorized']);
    const last = it_.alice.last;
    expect([...last.all('WWW-Authenticate'), ...last.all('Proxy-Authenticate')]).toEqual(
      ['a', 'c', 'd', 'b'].map((realm) => `Digest realm="${realm}"`),
    );
    expectNothingLeft(it_);
  });

  it('mistake 27: passes a 503 on as 500, since it is not this proxy that is overloaded', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '503 Service Unavailable', ['Retry-After: 10']);
    await it_.answer(1, '503 Service Unavailable');
    expect(upstream(it_)).toEqual(['500 Server Internal Error']);
    expect(it_.alice.last.first('Retry-After')).toBeUndefined();
    expectNothingLeft(it_);
  });

  it('prefers any other server error to a 503', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '503 Service Unavailable');
    await it_.answer(1, '504 Server Time-out');
    expect(upstream(it_)).toEqual(['504 Server Time-out']);
  });

  it('keeps Retry-After and all else of a failure it passes on', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '480 Temporarily Unavailable', ['Retry-After: 30 (lunch)']);
    expect(it_.alice.last.first('Retry-After')).toBe('30 (lunch)');
  });
});

describe('CANCEL (RFC 3261 §16.10)', () => {
  it('answers it, cancels every branch, and passes on the 487', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.answer(1, '180 Ringing');
    await it_.cancel();
    expect(upstream(it_)).toEqual(['180 Ringing', '180 Ringing', '200 OK']);
    await it_.giveUp(0);
    expect(upstream(it_)).toEqual([]);
    await it_.giveUp(1);
    expect(upstream(it_)).toEqual(['487 Request Terminated']);
    expectNothingLeft(it_);
  });

  it('opens no further branch', async () => {
    const it_ = createForkLab([1, 0.5]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.cancel();
    await it_.giveUp(0);
    expect(it_.heard()[1]).toEqual([]);
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK', '487 Request Terminated']);
    expectNothingLeft(it_);
  });

  it('answers 487 itself when the targets are not even known, and when nobody ever answers', async () => {
    const early = createForkLab([1]);
    early.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    early.alice.send({ method: 'CANCEL', uri: 'sip:bob@example.com', branch: 'z9hG4bK-INVITE-1' });
    expect(upstream(early)).toEqual(['200 OK', '487 Request Terminated']);
    await early.settle();
    expect(early.heard()).toEqual([[]]);
    expectNothingLeft(early);

    const silent = createForkLab([1]);
    await silent.request();
    await silent.cancel();
    await silent.pass(T1_64);
    expect(upstream(silent)).toEqual(['200 OK', '487 Request Terminated']);
    expect(new Set(silent.heard()[0])).toEqual(new Set(['INVITE']));
    expectNothingLeft(silent);
  });

  it('passes on a 2xx that crosses the CANCEL', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.cancel();
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK', '200 OK']);
    await it_.pass(T1_64);
    expectNothingLeft(it_);
  });
});
