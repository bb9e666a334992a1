use Test::More skip_all => 'no till on this machine';
