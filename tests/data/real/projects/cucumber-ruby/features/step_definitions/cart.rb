Given(/^an empty cart$/) { @cart = [] }
When(/^I add "(.*)"$/) { |fruit| @cart << fruit }
Then(/^the cart has (\d+) items$/) { |count| raise "#{@cart.size} items" unless @cart.size == count.to_i }
Before('@skip') { skip_this_scenario }
After { |scenario| raise 'the till does not close' if scenario.name == 'add one' && ENV['BROKEN_HOOK'] }
