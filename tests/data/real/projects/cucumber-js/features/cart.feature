@regression
Feature: Cart
  What a customer means to buy

  Background:
    Given an empty cart

  @PRJ-TC-4
  Scenario: add one
    When I add "apple"
    Then the cart has 1 items

  @TestCaseKey=PRJ-TC-5
  Scenario: wrong
    When I add "apple"
    Then the cart has 3 items

  Scenario Outline: add many
    When I add "<fruit>"
    Then the cart has <items> items

    Examples:
      | fruit | items |
      | pear  | 1     |
      | plum  | 2     |

  @skip
  Scenario: left out
    Then the cart has 0 items

  Scenario: not done
    When I do something undefined
    Then the cart has 0 items
