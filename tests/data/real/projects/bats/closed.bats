setup_file() {
  echo "the shop is closed"
  return 1
}

@test "never" {
  true
}
