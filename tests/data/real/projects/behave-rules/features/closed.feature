Feature: Closed shop

  Background:
    Given a shop that is closed

  Scenario: never
    When I add "apple"

  Scenario: neither
    When I add "pear"
