import assert from 'node:assert';
import { describe, it, test, before } from 'node:test';

test('adds', () => { assert.strictEqual(['apple'].length, 1); });
test('total', () => { assert.strictEqual(3, 2); });
test('total says why', () => { assert.strictEqual(3, 2, 'the discount was not taken off'); });
test('tax', () => { throw new RangeError('no tax rate\nfor this country'); });
test('payment', { skip: 'no card reader on this machine' }, () => {});
test('vouchers', { todo: 'they come later' }, () => { assert.ok(false, 'there are no vouchers'); });
test('gifts', { todo: true }, () => {});
test('throws a text', () => { throw 'the till is broken'; });
test('rejects', async () => { await Promise.reject(new TypeError('the till is gone')); });
test('slow', { timeout: 20 }, () => new Promise((done) => setTimeout(done, 200)));

describe('checkout', () => {
  it('takes cash', () => {});
  describe('by card', () => {
    it('is declined', () => { assert.deepStrictEqual({ paid: false }, { paid: true }); });
    it.skip('is accepted', () => {});
    it.todo('is stolen');
  });
});

describe('till', () => {
  before(() => { throw new Error('the till does not open'); });
  it('sells', () => {});
});

test('quantities', async (t) => {
  await t.test('one', () => {});
  await t.test('none', () => { assert.ok(0 > 0); });
});
