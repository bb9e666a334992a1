require 'minitest/autorun'
require 'minitest/reporters'
Minitest::Reporters.use!([Minitest::Reporters::DefaultReporter.new,
                          Minitest::Reporters::JUnitReporter.new('reports')])

class CartTest < Minitest::Test
  def test_adds; assert_equal 1, ['apple'].length; end
  def test_total; assert_equal 2, 3; end
  def test_says_why; assert_equal 2, 3, 'the discount was not taken off'; end
  def test_tax; raise ArgumentError, "no tax rate\nfor this country"; end
  def test_payment; skip 'no card reader on this machine'; end
  def test_colours; flunk "\e[31mRabatt falsch:\e[0m ä 漢字 <b> & ]]> \a"; end
  def test_nothing; end
end

class TillTest < Minitest::Test
  def setup; raise IOError, 'the till does not open'; end
  def test_sells; end
end
