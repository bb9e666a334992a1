Feature: Colours

  Scenario: red
    When the till turns red
