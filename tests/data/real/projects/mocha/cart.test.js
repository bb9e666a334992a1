const assert = require('node:assert');

describe('cart', () => {
  it('adds an item', () => { assert.equal([1].length, 1); });
  it('is wrong', () => { assert.equal(1, 2, 'one is not two'); });
  it.skip('payment', () => {});
  it('vouchers');
  describe('discount', () => {
    it('throws', () => { throw new TypeError('no rate'); });
  });
});

describe('broken', () => {
  before(() => { throw new Error('the shop is closed'); });
  it('never runs', () => {});
});
