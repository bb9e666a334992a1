RSpec.describe 'Cart' do
  it('adds') { expect(['apple'].length).to eq(1) }
  it('total') { expect(3).to eq(2) }
  it('says why') { expect(3).to eq(2), 'the discount was not taken off' }
  it('tax') { raise ArgumentError, "no tax rate\nfor this country" }
  it('colours') { raise "\e[31mRabatt falsch:\e[0m ä 漢字 <b> & ]]> \a" }
  it('vouchers')
  it('gifts') { pending 'they come later'; expect(1).to eq(2) }
  it('gifts at last') { pending 'they come later'; expect(1).to eq(1) }
  it('payment') { skip 'no card reader on this machine' }
  xit('left out') { raise 'never' }
  it('both') { aggregate_failures { expect(1).to eq(2); expect('apple').to eq('pear') } }

  context 'with a till' do
    before(:all) { raise IOError, 'the till does not open' }
    it('sells') {}
  end
end
