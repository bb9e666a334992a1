"""The outcome: judged once, then told by closing lines, outputs, report and summary."""
