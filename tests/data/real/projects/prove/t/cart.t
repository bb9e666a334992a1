use strict;
use warnings;
use Test::More tests => 8;

ok(1, 'adds');
is(3, 2, 'total');
SKIP: { skip 'no card reader on this machine', 1; ok(0, 'payment'); }
TODO: { local $TODO = 'they come later'; ok(0, 'vouchers'); }
TODO: { local $TODO = 'they come later'; ok(1, 'gifts'); }
is_deeply({ paid => 0 }, { paid => 1 }, 'checkout');
ok(0);
subtest 'quantities' => sub { plan tests => 2; ok(1, 'one'); ok(0, 'none'); };
