@test "colours" {
  printf '\033[31mRabatt falsch:\033[0m <b> & ]]> \007\n'
  return 4
}
