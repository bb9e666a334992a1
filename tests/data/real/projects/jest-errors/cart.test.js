describe('cart', () => {
  test('adds', () => {});
  test('total', () => { expect({ total: 3 }).toEqual({ total: 2 }); });
  test('throws a text', () => { throw 'the till is broken'; });
  test('slow', () => new Promise(() => {}), 20);
});
describe('till', () => {
  beforeAll(() => { throw new Error('the till does not open'); });
  test('sells', () => {});
});
let tries = 0;
jest.retryTimes(2);
test('flaky', () => { tries += 1; if (tries < 2) throw new Error('the till was busy the first time'); });
