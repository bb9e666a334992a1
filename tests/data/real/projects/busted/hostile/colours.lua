it('colours', function() error('\27[31mRabatt falsch:\27[0m <b> & ]]> \7') end)
