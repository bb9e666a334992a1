#!/usr/bin/env bats

@test "adds" {
  true
}

@test "total" {
  total=3
  echo "total is $total"
  [ "$total" -eq 2 ]
}

@test "payment" {
  skip "no card reader on this machine"
}

@test "tax <b> & \"quoted\"" {
  run sh -c 'echo no tax rate; exit 3'
  [ "$status" -eq 0 ]
}

@test "missing" {
  no-such-program
}
