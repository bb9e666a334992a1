"""Texts that a server, a result file or a spec could hold to make a CI platform or a page do something."""

from __future__ import annotations

import re

ESC, BELL, CSI = "\x1b", "\x07", "\x9b"

HOSTILE: dict[str, str] = {
    "an error command": "::error file=app.py,line=1::pwned",
    "a command after white space": " \t  ::warning::pwned",
    "a command after exotic white space": "\u00a0\u2003\u3000::error::pwned",
    "a command after a line feed": "fine\n::add-path::/pwned",
    "a command after CR LF": "fine\r\n::set-output name=import-status::pwned",
    "a command after a bare CR": "fine\r::error::pwned",
    "a command after a vertical tab or a form feed": "fine\x0b::error::one\x0c::error::two",
    "a command after Unicode's line ends": "fine\x85::error::one\u2028::error::two\u2029::error::three",
    "a command behind invisible characters": "\u200b\u200d\ufeff\u2060\u00ad\ufe0f::error::pwned",
    "a command with invisible characters in it": ":\u200b:error:\u200d:pwned #\ufe0f#[error]pwned",
    "masks and stopped commands": "fine\n::stop-commands::pwned\n::add-mask::SUCCESS\n::endgroup::",
    "the older commands": "##[error]pwned and ##[add-mask]SUCCESS",
    "an older command in the middle": "fine ###[group]pwned ##[endgroup]",
    "Azure's commands": "##vso[task.complete result=Succeeded;]pwned ##vso[task.setvariable variable=X]pwned",
    "TeamCity's commands": "##teamcity[buildStatus status='SUCCESS']pwned",
    "encoded line ends": "fine%0A::error::pwned%0D%0A%253A%3A%2C file",
    "Azure's encoded per cent": "fine%AZP250A ##vso%5B",
    "GitLab's sections": f"{ESC}[0Ksection_start:1560896352:pwned[collapsed=true]\r{ESC}[0Kpwned",
    "a section's end": f"fine\nsection_end:1560896353:qtm_import_1\r{ESC}[0K",
    "colours": f"{ESC}[31mred{ESC}[0m {CSI}32mgreen{CSI}0m",
    "a moved cursor": f"pwned{ESC}[2K{ESC}[1A{ESC}[2Jfine\x08\x08\x08\x08",
    "a terminal's title and a link": f"{ESC}]0;pwned{BELL}{ESC}]8;;http://evil.example/{ESC}\\click{ESC}]8;;{ESC}\\",
    "Jenkins' console notes": f"{ESC}[8mha:////4JxFbwned={ESC}[0m",
    "reordered text": "status \u202eSSECCUS\u202c \u2066DELIAF\u2069 \u200fabc\u061c",
    "zero width": "im\u200bport\u200csta\u2060tus\ufefffine\u00adfine",
    "tags that spell text unseen": "fine\U000e0050\U000e0057\U000e004e\U000e0045\U000e0044",
    "blank letters": "fine\u3164\u115f\u1160\uffa0",
    "the end of details": "</details></td></tr></table></ul></li></code></pre><h1>pwned</h1>",
    "scripts": "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "a comment": "<!-- pwned --> --> <![CDATA[ pwned ]]> <?php pwned ?>",
    "attributes": '" onmouseover="alert(1)" x=\'pwned\' `',
    "entities": "&lt;script&gt; &#60;b&#62; &amp;amp; &copy",
    "a table's columns": "one | two \\| three || four \\\\| five",
    "backticks": "`one` ``two`` ```\nthree\n``` ~~~",
    "Markdown": "# one\n\n* two\n1. three\n> four\n\n    five\n\n---\n***six*** __seven__ ~~eight~~",
    "links and images": "[one](http://evil.example) ![two](http://evil.example/x) [three]: http://x.example",
    "what becomes a link by itself": "http://evil.example www.evil.example me@evil.example mailto:me@x.org",
    "angle links": "<http://evil.example> <me@evil.example>",
    "mentions and references": "@octocat @org/team #1 GH-1 org/repo#1 !1 &1 ~label %milestone 1a2b3c4d5e6f",
    "emoji and formulas": ":tada: $x^2$ $$\nx\n$$ $`x`$",
    "expressions": "${{ secrets.GITHUB_TOKEN }} $(id) `id` ${PATH} %PATH% {{ x }} {% x %}",
    "heredoc delimiters": "fine\nEOF\nghadelimiter_pwned\nqtm_0\npwned<<EOF\npwned\nEOF\npwned=1",
    "a shell's words": "fine; rm -rf / && id | sh > x & $(id) 'one' \"two\" \\ * ? ~ ! #",
    "dotenv lines": "fine\nPATH=/pwned\nexport LD_PRELOAD=pwned",
    "nothing": "",
    "white space only": " \t\n ",
    "NUL and its like": "fine\x00\x01\x02\x7ffine",
    "half of a surrogate pair": "fine\ud800fine\udc00\udcfffine",
    "noncharacters": "fine\ufffe\uffff\ufdd0",
    "stacked accents": "fine" + "\u0301" * 50,
    "emoji": "👩‍👩‍👧 ✔️ 🇩🇪 fine",
    "other scripts": "Prüfung テスト δοκιμή परीक्षण اختبار fine",
    "a very long line": "long " * 10_000,
    "a very long word": "x" * 50_000,
    "very many lines": "line\n" * 1_500,
    "very many escapes": "\x1b" * 2_000,
}


def words(text: str) -> list[str]:
    """Return some of the plain words of ``text``, by which a reader recognises it."""
    return re.findall(r"(?<![A-Za-z0-9])[a-z]{3,12}(?![A-Za-z0-9])", text[:1_000])[:6]
