import { describe, expect, test, beforeAll } from 'vitest';

let tries = 0;
describe('cart', () => {
  test('adds', () => {});
  test('total', () => { expect({ total: 3 }).toEqual({ total: 2 }); });
  test('says why', () => { expect(3, 'the discount was not taken off').toBe(2); });
  test('throws a text', () => { throw 'the till is broken'; });
  test('slow', () => new Promise(() => {}), 20);
  test('flaky', { retry: 2 }, () => { tries += 1; expect(tries).toBeGreaterThan(1); });
  test.skip('payment', () => {});
  test.todo('vouchers');
  test.fails('known', () => { expect(1).toBe(2); });
  test('skips itself', (context) => { context.skip('no card reader on this machine'); });
});
describe('till', () => {
  beforeAll(() => { throw new Error('the till does not open'); });
  test('sells', () => {});
});
