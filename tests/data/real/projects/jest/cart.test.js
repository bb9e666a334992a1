describe('cart', () => {
  test('adds an item', () => { expect(['a']).toHaveLength(1); });
  test.each([1, 2, 0])('quantity %i', (quantity) => { expect(quantity).toBeGreaterThan(0); });
  test.skip('payment', () => {});
  test.todo('vouchers');
  describe('discount', () => {
    test('is right', () => { expect('9,90 €').toBe('8,90 €'); });
  });
});
