import { describe, expect, it } from 'vitest';
import { createForkLab, expectNothingLeft, upstream, type ForkLab } from '../testing/fork-lab.ts';
import { sharesOf } from './breadth.ts';

/* Verified: how wide a proxy may fork. */

/** Max-Breadth of the INVITE that each callee got. */
const breadths = (it_: ForkLab, count: number): readonly (string | undefined)[] =>
  Array.from({ length: count }, (_, place) => it_.bob(place).received[0]?.first('Max-Breadth'));

const request = async (it_: ForkLab, breadth: string): Promise<void> => {
  it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', lines: [`Max-Breadth: ${breadth}`] });
  await it_.settle();
};

describe('Max-Breadth (RFC 5393 §5.3.3)', () => {
  it('is divided among the branches of a fork, 60 where the request has none', async () => {
    const it_ = createForkLab([1, 1, 1, 1]);
    await it_.request();
    expect(breadths(it_, 4)).toEqual(['15', '15', '15', '15']);
    const ten = createForkLab([1, 1, 1]);
    await request(ten, '10');
    expect(breadths(ten, 3)).toEqual(['4', '3', '3']);
  });

  it('is there again for the branches that come later', async () => {
    const it_ = createForkLab([1, 0.5]);
    await request(it_, '7');
    await it_.answer(0, '486 Busy Here');
    expect(breadths(it_, 2)).toEqual(['7', '7']);
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('is never exceeded: who would be too many at once is called when the others have refused', async () => {
    const it_ = createForkLab([1, 1, 1]);
    await request(it_, '2');
    expect([it_.heard(), breadths(it_, 2)]).toEqual([
      [['INVITE'], ['INVITE'], []],
      ['1', '1'],
    ]);
    await it_.answer(0, '486 Busy Here');
    expect(it_.heard()[2]).toEqual([]);
    await it_.answer(1, '486 Busy Here');
    expect(it_.heard()[2]).toEqual(['INVITE']);
    await it_.answer(2, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('keeps a redirection that is followed waiting while the other branch has what is left', async () => {
    const it_ = createForkLab([1, 1], { recursesRedirects: true });
    const [one, two] = [it_.peer('10.0.0.21'), it_.peer('10.0.0.22')];
    await request(it_, '2');
    await it_.answer(0, '302 Moved Temporarily', [
      'Contact: <sip:bob@10.0.0.21>;q=0.9, <sip:bob@10.0.0.22>;q=0.2',
    ]);
    expect([one.take(), two.take()]).toEqual([['INVITE'], []]);
    one.respond(one.received[0] ?? one.last, '404 Not Found');
    await it_.answer(1, '486 Busy Here');
    expect(two.take()).toEqual(['INVITE']);
    two.respond(two.last, '200 OK');
    await it_.settle();
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('of 0 is refused with 440, and nonsense counts as none', async () => {
    const it_ = createForkLab([1]);
    await request(it_, '0');
    expect([upstream(it_), it_.heard()]).toEqual([['440 Max-Breadth Exceeded'], [[]]]);
    const other = createForkLab([1]);
    await request(other, 'wide');
    expect(breadths(other, 1)).toEqual(['60']);
  });

  it.each([
    [10, 3, [4, 3, 3]],
    [2, 2, [1, 1]],
    [60, 1, [60]],
    [5, 0, []],
  ])('%i for %i', (breadth, count, shares) => {
    expect(sharesOf(breadth, count)).toEqual(shares);
  });
});
