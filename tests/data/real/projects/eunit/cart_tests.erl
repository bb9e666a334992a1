-module(cart_tests).
-include_lib("eunit/include/eunit.hrl").

adds_test() -> ?assertEqual(1, length([apple])).
total_test() -> ?assertEqual(2, 3).
matches_test() -> ?assertMatch({ok, _}, {error, sold_out}).
tax_test() -> error({no_tax_rate, "this country"}).
throws_test() -> throw(the_till_is_broken).
exits_test() -> exit(the_till_is_gone).
says_test() -> io:format("adding up~n"), ?assert(1 =:= 2).

quantity_test_() ->
    [{"one", ?_assert(1 > 0)}, {"none", ?_assert(0 > 0)}].

slow_test_() ->
    {timeout, 1, fun() -> timer:sleep(3000) end}.

till_test_() ->
    {setup, fun() -> error(the_till_does_not_open) end, fun(_) -> ok end,
     [fun() -> ok end]}.
