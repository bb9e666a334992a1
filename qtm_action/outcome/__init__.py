"""The outcome: decided once, then shown by closing lines, outputs, report and summary."""
