require_relative 'no_such_file'
