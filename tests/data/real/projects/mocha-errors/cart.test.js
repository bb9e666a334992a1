const assert = require('node:assert');
let tries = 0;
describe('cart', () => {
  it('adds', () => {});
  it('total', () => { assert.deepStrictEqual({ total: 3 }, { total: 2 }); });
  it('throws a text', () => { throw 'the till is broken'; });
  it('slow', function slow(done) { this.timeout(20); });
  it('is flaky', function flaky() { this.retries(2); tries += 1; assert.ok(tries > 1, 'the till was busy'); });
  it('comes later');
});
describe('till', () => {
  before(() => { throw new Error('the till does not open'); });
  it('sells', () => {});
});
