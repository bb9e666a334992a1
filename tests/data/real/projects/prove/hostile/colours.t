use Test::More tests => 1;
ok(0, "colours \x1b[31mred\x1b[0m <b> & ]]>");
