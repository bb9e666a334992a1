"""The outcome: judged once, then shown by closing lines, outputs, report and summary."""
