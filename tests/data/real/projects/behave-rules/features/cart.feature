Feature: Cart

  Background:
    Given an empty cart

  Scenario: before the rules
    When I add "apple"
    Then the cart has 1 items

  Rule: a discount is taken off

    Background:
      Given a discount of 10 percent

    Scenario: wrong
      When I add "apple"
      Then the cart has 3 items

    Scenario: right
      When I add "pear"
      Then the cart has 1 items

    @till
    Scenario: the till does not close
      Then the cart has 0 items

  Rule: payment needs a till

    Background:
      Given a till

    @skip
    Scenario: left out
      When I add "plum"

    Scenario: breaks
      When the till breaks

    Scenario: right at last
      Then the cart has 0 items
